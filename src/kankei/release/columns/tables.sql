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

-- A date or time as its beginning and its time zone, each as written; nothing where its form is not valid.
CREATE TEMP MACRO beginning(type, lexical) AS CASE type
    WHEN 'dateTime' THEN regexp_extract(lexical,
        '^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?)(Z|[+-][0-9]{2}:[0-9]{2})?$', 1)
    WHEN 'date' THEN regexp_extract(lexical, '^([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?$', 1)
    WHEN 'gYearMonth' THEN regexp_replace(regexp_extract(
        lexical, '^([0-9]{4}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?$', 1), '(.)$', '\1-01')
    WHEN 'gYear' THEN regexp_replace(regexp_extract(
        lexical, '^([0-9]{4})(Z|[+-][0-9]{2}:[0-9]{2})?$', 1), '(.)$', '\1-01-01') END;
CREATE TEMP MACRO zone_value(type, lexical) AS CASE WHEN beginning(type, lexical) > '' THEN
    CASE WHEN ends_with(lexical, 'Z') THEN 0
    WHEN regexp_matches(lexical, '[+-](0[0-9]:[0-5][0-9]|1[0-3]:[0-5][0-9]|14:00)$')
        THEN CAST(concat(lexical[-6:-6], CAST(lexical[-5:-4] AS INTEGER) * 60 + CAST(lexical[-2:] AS INTEGER)) AS SMALLINT)
    END END;
CREATE TEMP MACRO moment_value(type, lexical) AS
    TRY_CAST(beginning(type, lexical) AS TIMESTAMP) - to_minutes(coalesce(zone_value(type, lexical), 0));

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
        CASE WHEN mark <> '"' THEN NULL
            WHEN words[-1] = '' THEN xsd('string')
            WHEN words[-1][1] = '@' THEN 'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString'
            ELSE words[-1][4:-2] END AS datatype,
        CASE WHEN mark = '"' AND words[-1][1] = '@' THEN words[-1][2:] END AS language
    FROM split
)
SELECT term, kind, lexical, datatype, language,
    (row_number() OVER (ORDER BY kind, lexical, datatype NULLS FIRST, language NULLS FIRST) - 1)::INTEGER AS id
FROM read;

CREATE TABLE terms AS
SELECT id, kind, lexical, datatype, language,
    exact_value(type, lexical) AS exact,
    approximate_value(type, lexical) AS approximate,
    moment_value(type, lexical) AS moment,
    CASE WHEN moment IS NOT NULL THEN zone_value(type, lexical) END AS zone,
    truth_value(type, lexical) AS truth
FROM (SELECT *, value_type(datatype) AS type FROM numbered)
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
