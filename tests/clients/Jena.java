import java.util.function.Supplier;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.rdfconnection.RDFConnection;
import org.apache.jena.rdfconnection.RDFConnectionRemote;
import org.apache.jena.sparql.exec.http.QueryExecutionHTTP;
import org.apache.jena.sparql.exec.http.QuerySendMode;

/** Asks an endpoint by each of Jena's ways; prints how many rows each gives, and fails if one gives none. */
public class Jena {
    private static final String ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 25";

    public static void main(String[] arguments) {
        String endpoint = arguments[0];
        String longQuery = ROWS + " #" + " a long comment".repeat(300);
        for (QuerySendMode mode : QuerySendMode.values()) {
            for (String query : new String[] {ROWS, longQuery}) {
                count(mode + " of " + query.length() + " characters", () ->
                    QueryExecutionHTTP.service(endpoint).query(query).sendMode(mode).build());
            }
        }
        try (RDFConnection connection = RDFConnectionRemote.service(endpoint).queryOnly().build()) {
            count("RDFConnection", () -> connection.query(ROWS));
            count("RDFConnection, a long query", () -> connection.query(longQuery));
            long size = connection.queryConstruct("CONSTRUCT WHERE { ?s a ?c } LIMIT 10").size();
            print("RDFConnection, CONSTRUCT", size);
            print("RDFConnection, ASK", connection.queryAsk("ASK { ?s ?p ?o }") ? 1 : 0);
        }
        String values = " UNION { VALUES ?s { " + "<https://example.org/a> ".repeat(300) + "} }";
        for (String more : new String[] {"", values}) {
            String local = "SELECT * WHERE { SERVICE <" + endpoint + "> { { " + ROWS + " }" + more + " } }";
            count("SERVICE from Jena" + (more.isEmpty() ? "" : ", with VALUES"), () ->
                QueryExecution.model(ModelFactory.createDefaultModel()).query(local).build());
        }
        if (arguments.length > 1) {
            String federated = "SELECT * WHERE { SERVICE <" + arguments[1] + "> { { " + ROWS + " } } }";
            count("SERVICE of the endpoint", () -> QueryExecutionHTTP.service(endpoint).query(federated).build());
        }
    }

    private static void count(String way, Supplier<QueryExecution> execution) {
        try (QueryExecution running = execution.get()) {
            print(way, ResultSetFormatter.consume(running.execSelect()));
        }
    }

    private static void print(String way, long rows) {
        System.out.println(way + ": " + rows);
        if (rows == 0) {
            throw new AssertionError(way + " gave nothing");
        }
    }
}
