import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Asks an endpoint one query by GET, by a form and as it is, with a client of default settings, which offers h2c. */
public class GetAndPost {
    public static void main(String[] arguments) throws Exception {
        URI endpoint = URI.create(arguments[0]);
        String query = arguments[1];
        String parameter = "query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
        for (int round = 0; round < 5; round++) {
            HttpClient client = HttpClient.newHttpClient();
            send(client, HttpRequest.newBuilder(URI.create(endpoint + "?" + parameter)).GET());
            send(client, HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(parameter)));
            send(client, HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/sparql-query")
                .POST(BodyPublishers.ofString(query)));
        }
    }

    private static void send(HttpClient client, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response =
            client.send(request.header("Accept", "text/csv").build(), BodyHandlers.ofString());
        System.out.println(response.statusCode() + " " + response.body().strip().replaceAll("\\s+", " "));
    }
}
