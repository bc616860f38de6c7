-- The tables of schema.py, from the N-Quads in the file that the variable `lines` names.

-- The value of an escape (RDF 1.1 N-Quads, section 4); between two escaped backslashes none is part of another.
CREATE TEMP MACRO control_characters(part) AS list_reduce(
    list_prepend(part, list_concat(range(0, 32), [127])::VARCHAR[]),
    lambda text, code: replace(text, '\u' || upper(lpad(to_hex(code::INTEGER), 4, '0')), chr(code::INTEGER)));
CREATE TEMP MACRO unescaped_part(part) AS
    replace(replace(replace(replace(replace(replace(
        CASE WHEN contains(part, '\u') THEN control_characters(part) ELSE part END,
        '\"', '"'), '\n', chr(10)), '\r', chr(13)), '\t', chr(9)), '\b', chr(8)), '\f', chr(12));
CREATE TEMP MACRO unescaped(text) AS
    CASE WHEN contains(text, '\')
    THEN array_to_string(list_transform(string_split(text, '\\'), lambda part: unescaped_part(part)), '\')
    ELSE text END;

CREATE TEMP MACRO xsd(name) AS 'http://www.w3.org/2001/XMLSchema#' || name;
-- A type as what of it has values: `integer` of all types derived from it.
CREATE TEMP MACRO value_type(datatype) AS CASE
    WHEN NOT starts_with(datatype, xsd('')) THEN NULL
    WHEN datatype[34:] IN (
        'byte', 'short', 'int', 'long', 'unsignedByte', 'unsignedShort', 'unsignedInt', 'unsignedLong',
        'positiveInteger', 'negativeInteger', 'nonPositiveInteger', 'nonNegativeInteger') THEN 'integer'
    ELSE datatype[34:] END;

-- An integer of 64 bits, a decimal of at most 18 digits after the point.
CREATE TEMP MACRO exact_value(type, lexical) AS CASE
    WHEN type = 'integer' AND regexp_full_match(lexical, '[+-]?[0-9]+')
        THEN TRY_CAST(TRY_CAST(lexical AS BIGINT) AS DECIMAL(38, 18))
    WHEN type = 'decimal' AND regexp_full_match(lexical, '[+-]?([0-9]+([.][0-9]{0,18})?|[.][0-9]{1,18})')
        THEN TRY_CAST(lexical AS DECIMAL(38, 18)) END;
CREATE TEMP MACRO approximate_value(type, lexical) AS CASE
    WHEN type NOT IN ('double', 'float') OR NOT regexp_full_match(
        lexical, '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN') THEN NULL
    WHEN type = 'double' THEN TRY_CAST(lexical AS DOUBLE)
    WHEN type = 'float' THEN CAST(TRY_CAST(lexical AS FLOAT) AS DOUBLE) END;
CREATE TEMP MACRO truth_value(type, lexical) AS CASE WHEN type = 'boolean' THEN
    CASE WHEN lexical IN ('true', '1') THEN true WHEN lexical IN ('false', '0') THEN false END END;

-- A date or time in its parts, as strings, empty where its type has none (XML Schema 1.1 part 2, section 3.3.7 to 14).
CREATE TEMP MACRO date_parts(type, lexical) AS CASE type
    WHEN 'dateTime' THEN regexp_extract(lexical, '^(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(..)-(..)T(..):(..):(..)([.][0-9]{1,18})?(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?$',
        ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'zone'])
    WHEN 'date' THEN regexp_extract(lexical, '^(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(..)-(..)()()()()(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?$',
        ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'zone'])
    WHEN 'time' THEN regexp_extract(lexical, '^()()()(..):(..):(..)([.][0-9]{1,18})?(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?$',
        ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'zone'])
    WHEN 'gYear' THEN regexp_extract(lexical, '^(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))()()()()()()(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?$',
        ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'zone'])
    WHEN 'gYearMonth' THEN regexp_extract(lexical, '^(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(..)()()()()()(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?$',
        ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'zone'])
    WHEN 'gMonth' THEN regexp_extract(lexical, '^()--(..)()()()()()(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?$',
        ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'zone'])
    WHEN 'gMonthDay' THEN regexp_extract(lexical, '^()--(..)-(..)()()()()(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?$',
        ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'zone'])
    WHEN 'gDay' THEN regexp_extract(lexical, '^()()---(..)()()()()(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?$',
        ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'zone']) END;
-- Its point on the timeline (section E.3.3), in seconds: what is absent is in 1972, in December, on the last day.
CREATE TEMP MACRO month_of(parts) AS coalesce(TRY_CAST(nullif(parts.month, '') AS BIGINT), 12);
CREATE TEMP MACRO year_of(parts) AS coalesce(TRY_CAST(nullif(parts.year, '') AS BIGINT), 1972);
CREATE TEMP MACRO day_of(parts) AS TRY(CASE WHEN parts.day = ''
    THEN last_day(make_date(year_of(parts), month_of(parts), 1))
    ELSE make_date(year_of(parts), month_of(parts), CAST(parts.day AS BIGINT)) END);
CREATE TEMP MACRO clock_of(parts) AS CASE WHEN parts.hour = '' THEN 0
    WHEN regexp_full_match(concat(parts.hour, parts.minute, parts.second), '([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]')
        OR regexp_full_match(concat(parts.hour, parts.minute, parts.second, parts.fraction), '240000([.]0+)?')
    THEN CAST(parts.hour AS INTEGER) * 3600 + CAST(parts.minute AS INTEGER) * 60 + CAST(parts.second AS INTEGER) END;
CREATE TEMP MACRO zone_of(parts) AS CASE WHEN parts.zone IN ('', 'Z') THEN 0
    ELSE CAST(concat(parts.zone[1], '1') AS INTEGER)
        * (CAST(parts.zone[2:3] AS INTEGER) * 3600 + CAST(parts.zone[5:6] AS INTEGER) * 60) END;
CREATE TEMP MACRO seconds_of(parts) AS CAST(
    (day_of(parts) - DATE '0001-01-01') * 86400::BIGINT + clock_of(parts) - zone_of(parts) AS DECIMAL(38, 18))
    + TRY_CAST(concat('0', parts.fraction) AS DECIMAL(38, 18));

-- A line is split at its spaces: only the object, from the third part to the last but two, may have any.
CREATE TEMP TABLE parts AS
SELECT words[1] AS s, words[2] AS p, array_to_string(words[3:-3], ' ') AS o, words[-2] AS g
FROM (
    SELECT string_split(line, ' ') AS words
    FROM read_csv(getvariable('lines'), columns = {'line': 'VARCHAR'}, header = false, auto_detect = false,
        delim = '', quote = '', escape = '', strict_mode = false, max_line_size = 67108864)
);

-- Each term as written, with what it says and its number.
CREATE TEMP TABLE numbered AS
WITH written AS (
    SELECT DISTINCT unnest([s, p, o, g]) AS term FROM parts
), split AS (
    SELECT term, term[1] AS mark, string_split(term, '"') AS words FROM written
), read AS (
    SELECT term,
        CASE mark WHEN '_' THEN 1 WHEN '<' THEN 2 ELSE 3 END::UTINYINT AS kind,
        CASE mark WHEN '_' THEN term[3:] WHEN '<' THEN term[2:-2]
            ELSE unescaped(array_to_string(words[2:-2], '"')) END AS lexical,
        CASE WHEN mark <> '"' THEN ''
            WHEN words[-1] = '' THEN xsd('string')
            WHEN words[-1][1] = '@' THEN 'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString'
            ELSE words[-1][4:-2] END AS datatype,
        CASE WHEN mark = '"' AND words[-1][1] = '@' THEN words[-1][2:] ELSE '' END AS language
    FROM split
)
SELECT term, kind, lexical, datatype, language,
    (row_number() OVER (ORDER BY kind, lexical, datatype, language) - 1)::INTEGER AS id
FROM read;

CREATE TABLE terms AS
SELECT id, kind, lexical, datatype, language,
    exact_value(type, lexical) AS exact,
    CASE WHEN type = 'integer' THEN CAST(exact AS BIGINT) END AS whole,
    approximate_value(type, lexical) AS approximate,
    truth_value(type, lexical) AS truth,
    -- As in the store, there is no 29 February without a year.
    CASE WHEN concat(parts.year, parts.month, parts.day, parts.hour) NOT IN ('', '0229')
        THEN seconds_of(parts) END AS seconds,
    CASE WHEN seconds IS NOT NULL THEN parts.zone <> '' END AS zoned,
    CASE WHEN type IN ('dateTime', 'date') THEN TRY(make_timestamp(
        CAST((seconds - 62135596800) * 1000000 AS BIGINT))) END AS moment
FROM (
    SELECT *, value_type(datatype) AS type, date_parts(type, lexical) AS parts FROM numbered
)
ORDER BY id;

CREATE TABLE quads AS
SELECT DISTINCT graph.id AS g, property.id AS p, subject.id AS s, object.id AS o
FROM parts
JOIN numbered AS graph ON graph.term = parts.g
JOIN numbered AS property ON property.term = parts.p
JOIN numbered AS subject ON subject.term = parts.s
JOIN numbered AS object ON object.term = parts.o
ORDER BY g, p, s, o;
CREATE TABLE triples_by_subject AS SELECT DISTINCT p, s, o FROM quads ORDER BY p, s, o;
CREATE TABLE triples_by_object AS SELECT p, s, o FROM triples_by_subject ORDER BY p, o, s;

DROP TABLE parts;
DROP TABLE numbered;
