package io.eventdedup.chaos;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/** Makes an HTTP client send each request once; by default it repeats one that was answered by 503, which would count double. */
public final class NoRepetition implements HttpClientConfigurer {

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.disableAutomaticRetries();
    }
}
