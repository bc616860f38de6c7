import java.util.List;
import org.eclipse.rdf4j.query.BindingSet;
import org.eclipse.rdf4j.query.QueryResults;
import org.eclipse.rdf4j.repository.RepositoryConnection;
import org.eclipse.rdf4j.repository.sparql.SPARQLRepository;

/** Asks an endpoint by RDF4J, short queries (by GET) and long ones (by POST); fails if one gives no rows. */
public class Rdf4j {
    private static final String ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 25";

    public static void main(String[] arguments) {
        String endpoint = arguments[0];
        SPARQLRepository repository = new SPARQLRepository(endpoint);
        try (RepositoryConnection connection = repository.getConnection()) {
            count(connection, "GET", ROWS);
            count(connection, "POST", ROWS + " #" + " a long comment".repeat(500));
            long triples = QueryResults.asList(
                connection.prepareGraphQuery("CONSTRUCT WHERE { ?s a ?c } LIMIT 10").evaluate()).size();
            System.out.println("CONSTRUCT: " + triples);
            if (triples == 0 || !connection.prepareBooleanQuery("ASK { ?s ?p ?o }").evaluate()) {
                throw new AssertionError("CONSTRUCT or ASK gave nothing");
            }
            if (arguments.length > 1) {
                count(connection, "SERVICE of the endpoint",
                    "SELECT * WHERE { SERVICE <" + arguments[1] + "> { { " + ROWS + " } } }");
            }
        } finally {
            repository.shutDown();
        }
    }

    private static void count(RepositoryConnection connection, String way, String query) {
        List<BindingSet> rows = QueryResults.asList(connection.prepareTupleQuery(query).evaluate());
        System.out.println(way + ": " + rows.size());
        if (rows.isEmpty()) {
            throw new AssertionError(way + " gave nothing");
        }
    }
}
