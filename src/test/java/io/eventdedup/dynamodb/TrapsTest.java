package io.eventdedup.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.local.LogLines;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.aws2.ddb.Ddb2Component;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.errorhandler.DefaultErrorHandler;
import org.apache.camel.support.SynchronizationAdapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Ways in which Camel's idempotent consumer loses messages with other repositories, and routes that show that it does not
 * with this one. "Settled" is what a consumer does with the message of an exchange that did not fail: it is deleted.
 */
@ExtendWith(EmbeddedAwsExtension.class)
class TrapsTest {

    private static final String KEY = "0ddba11";

    private TableFixture fixture;
    private DynamoDbIdempotentRepository repository;
    private CamelContext context;
    private final List<String> forwarded = new CopyOnWriteArrayList<>();
    private final AtomicInteger failuresToCome = new AtomicInteger();

    /** It logs the failures that these tests provoke. */
    private static final Logger ERROR_HANDLER_LOG = (Logger) LoggerFactory.getLogger(DefaultErrorHandler.class);

    @BeforeAll
    static void silence() {
        ERROR_HANDLER_LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void endSilence() {
        ERROR_HANDLER_LOG.setLevel(null);
    }

    @BeforeEach
    void start(EmbeddedAws aws) {
        fixture = new TableFixture(aws);
        repository = new DynamoDbIdempotentRepository(fixture.client, fixture.table);
        repository.setClock(fixture.clock);
        repository.setLocalWait(Duration.ZERO);
        context = new DefaultCamelContext();
        context.getShutdownStrategy().setTimeout(5);
    }

    @AfterEach
    void stop() {
        context.stop();
        fixture.close();
    }

    private void routes(RouteBuilder routes) throws Exception {
        context.addRoutes(routes);
        context.start();
    }

    private void forward(Exchange exchange) {
        if (failuresToCome.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("the step fails");
        }
        forwarded.add(exchange.getMessage().getBody(String.class));
    }

    /** Sends a message with the key; true if the consumer would delete it. */
    private boolean settled(String route, String body) {
        return !context.createProducerTemplate()
                .request("direct:" + route, exchange -> {
                    exchange.getMessage().setBody(body);
                    exchange.getMessage().setHeader("key", KEY);
                })
                .isFailed();
    }

    @Test
    void t1TheMessageOfAKeyInProgressIsNotSettled() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").idempotentConsumer(header("key"), repository).process(TrapsTest.this::forward);
            }
        });
        fixture.process().add(fixture.delivery(), KEY);

        assertThat(settled("in", "copy")).isFalse();
        assertThat(forwarded).isEmpty();
    }

    @Test
    void t2AConfirmThatFailsIsNotForgotten() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(header("key"), repository)
                        .process(TrapsTest.this::forward)
                        .process(exchange -> fixture.network.goDown());
            }
        });

        assertThat(settled("in", "original")).isTrue();
        assertThat(repository.getPendingConfirms()).isEqualTo(1);
        fixture.network.restore();
        repository.probe();

        assertThat(fixture.process().add(fixture.delivery(), KEY)).isFalse();
    }

    @Test
    void t3AConfirmAsAStepOfTheRouteIsConfirmedOnce() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(header("key"), repository)
                        .process(TrapsTest.this::forward)
                        .process(exchange -> repository.confirm(exchange, KEY));
            }
        });
        settled("in", "original");

        assertThat(fixture.network.takeRequests().stream().filter("UpdateItem"::equals))
                .hasSize(1);
        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void t3AFailureAfterTheConfirmDoesNotForgetTheKey() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(header("key"), repository)
                        .completionEager(true)
                        .process(TrapsTest.this::forward)
                        .end()
                        .process(exchange -> {
                            throw new IllegalStateException("after the block");
                        });
            }
        });

        assertThat(settled("in", "original")).isFalse();
        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void t4ARouteThatClaimsAfterTheWorkIsWarnedOfOnceAndStillKnowsItsLaterCopies() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(header("key"), repository)
                        .eager(false)
                        .process(TrapsTest.this::forward);
            }
        });
        try (LogLines log = new LogLines(DynamoDbIdempotentRepository.class, Level.WARN)) {
            settled("in", "original");
            settled("in", "copy");

            assertThat(forwarded).containsExactly("original");
            // other tests run meanwhile, and the repositories of some say something else
            assertThat(log.messages())
                    .filteredOn(line -> line.contains("remove eager=false"))
                    .hasSize(1);
        }
    }

    @Test
    void aFailedStepReleasesTheKey() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").idempotentConsumer(header("key"), repository).process(TrapsTest.this::forward);
            }
        });
        failuresToCome.set(1);

        assertThat(settled("in", "first delivery")).isFalse();
        assertThat(settled("in", "second delivery")).isTrue();
        assertThat(forwarded).containsExactly("second delivery");
    }

    @Test
    void aPartOfTheRouteThatIsRepeatedIsNotItsOwnDuplicate() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .errorHandler(
                                defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0))
                        .to("direct:part");
                from("direct:part")
                        .errorHandler(noErrorHandler())
                        .idempotentConsumer(header("key"), repository)
                        .process(TrapsTest.this::forward);
            }
        });
        failuresToCome.set(1);

        assertThat(settled("in", "original")).isTrue();
        assertThat(forwarded).containsExactly("original");
        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void t12StoppingOneOfTwoRoutesLeavesTheOtherItsRepository() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:one")
                        .routeId("one")
                        .idempotentConsumer(header("key"), repository)
                        .process(TrapsTest.this::forward);
                from("direct:two")
                        .routeId("two")
                        .idempotentConsumer(header("key"), repository)
                        .process(TrapsTest.this::forward);
            }
        });
        context.getRouteController().stopRoute("one");
        context.removeRoute("one");

        assertThat(settled("two", "original")).isTrue();
        assertThat(settled("two", "copy")).isTrue();

        assertThat(forwarded).containsExactly("original");
    }

    @Test
    void t12AfterOneOfTwoRoutesIsRemovedLeasesAreStillRenewed() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:one")
                        .routeId("one")
                        .idempotentConsumer(header("key"), repository)
                        .process(TrapsTest.this::forward);
                from("direct:two")
                        .routeId("two")
                        .idempotentConsumer(header("key"), repository)
                        .process(TrapsTest.this::forward);
            }
        });
        context.getRouteController().stopRoute("one");
        context.removeRoute("one");
        repository.add(fixture.delivery(), KEY);
        fixture.clock.move(TableFixture.LEASE.dividedBy(2));

        String renewed =
                Long.toString(fixture.clock.instant().plus(TableFixture.LEASE).toEpochMilli());
        await().until(() -> fixture.item(KEY).get("leaseUntil").n().equals(renewed));
    }

    @Test
    void t12ConfirmsThatArePendingAfterOneOfTwoRoutesHasStoppedAreWrittenAtTheEnd() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:one")
                        .routeId("one")
                        .idempotentConsumer(header("key"), repository)
                        .process(TrapsTest.this::forward);
                from("direct:two")
                        .routeId("two")
                        .idempotentConsumer(header("key"), repository)
                        .process(TrapsTest.this::forward)
                        .process(exchange -> fixture.network.goDown());
            }
        });
        context.getRouteController().stopRoute("one");
        settled("two", "original");
        assertThat(repository.getPendingConfirms()).isEqualTo(1);
        fixture.network.restore();

        context.stop();

        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void t12AContextThatWasStoppedStartsAgain() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").idempotentConsumer(header("key"), repository).process(TrapsTest.this::forward);
            }
        });
        settled("in", "original");
        context.stop();
        context.start();

        assertThat(settled("in", "copy")).isTrue();
        assertThat(forwarded).containsExactly("original");
    }

    @Test
    void t13AFailingDuplicateLeavesTheKeyOfItsOriginal() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(header("key"), repository)
                        .skipDuplicate(false)
                        .process(TrapsTest.this::forward);
            }
        });
        settled("in", "original");
        var row = fixture.item(KEY);
        fixture.clock.move(Duration.ofSeconds(10));
        failuresToCome.set(1);
        settled("in", "failing duplicate");
        settled("in", "duplicate");

        assertThat(fixture.item(KEY)).isEqualTo(row);
    }

    @Test
    void t14AFailedKeyThatTheRouteKeepsIsFreeAfterItsLease() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(header("key"), repository)
                        .removeOnFailure(false)
                        .process(TrapsTest.this::forward);
            }
        });
        failuresToCome.set(1);
        settled("in", "first delivery");
        assertThat(fixture.status(KEY)).isEqualTo("IN_PROGRESS");
        assertThat(repository.getKeysInProgress()).isZero();
        assertThat(settled("in", "too early")).isFalse();

        fixture.clock.move(TableFixture.LEASE.plus(TableFixture.SKEW));

        assertThat(settled("in", "second delivery")).isTrue();
    }

    @Test
    void aHopOverSedaCarriesTheClaimAlong() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(header("key"), repository)
                        .to("seda:next?waitForTaskToComplete=Never");
                from("seda:next").process(TrapsTest.this::forward);
            }
        });

        settled("in", "original");

        await().until(() -> "COMPLETED".equals(fixture.status(KEY)));
        assertThat(forwarded).containsExactly("original");
    }

    @Test
    void aStepThatRemovesEveryPropertyDoesNotLoseTheClaim() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(header("key"), repository)
                        .removeProperties("*")
                        .process(TrapsTest.this::forward);
            }
        });
        failuresToCome.set(1);

        assertThat(settled("in", "first delivery")).isFalse();
        assertThat(fixture.item(KEY)).isEmpty();
        assertThat(settled("in", "second delivery")).isTrue();
        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void theClaimGoesAlongOverSedaThoughEveryPropertyIsRemoved() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(header("key"), repository)
                        .removeProperties("*")
                        .to("seda:next?waitForTaskToComplete=Never");
                from("seda:next")
                        .removeProperties("*")
                        .process(exchange -> {
                            arrived.countDown();
                            goOn.await();
                        })
                        .process(TrapsTest.this::forward);
            }
        });
        settled("in", "original");
        arrived.await();
        assertThat(fixture.status(KEY)).isEqualTo("IN_PROGRESS");

        goOn.countDown();

        await().until(() -> "COMPLETED".equals(fixture.status(KEY)));
        assertThat(repository.getKeysInProgress()).isZero();
    }

    @Test
    void theClaimIsSettledBeforeTheConsumerDeletesTheMessage() throws Exception {
        List<String> statusAtDelete = new CopyOnWriteArrayList<>();
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .process(exchange -> exchange.getExchangeExtension()
                                .addOnCompletion(new SynchronizationAdapter() {
                                    @Override
                                    public void onComplete(Exchange done) {
                                        statusAtDelete.add(fixture.status(KEY));
                                    }

                                    @Override
                                    public int getOrder() {
                                        return 0;
                                    }
                                }))
                        .idempotentConsumer(header("key"), repository)
                        .process(TrapsTest.this::forward);
            }
        });

        settled("in", "original");

        assertThat(statusAtDelete).containsExactly("COMPLETED");
    }

    @Test
    void theOnlyClientInTheRegistryIsUsed() throws Exception {
        context.getRegistry().bind("anyName", DynamoDbClient.class, fixture.client);
        repository.setDynamoDbClient(null);
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").idempotentConsumer(header("key"), repository).process(TrapsTest.this::forward);
            }
        });

        assertThat(settled("in", "original")).isTrue();
        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void theClientOfTheComponentIsUsed(EmbeddedAws aws) throws Exception {
        var configuration =
                context.getComponent("aws2-ddb", Ddb2Component.class).getConfiguration();
        configuration.setRegion(EmbeddedAws.REGION);
        configuration.setAccessKey(EmbeddedAws.ACCESS_KEY);
        configuration.setSecretKey(EmbeddedAws.SECRET_KEY);
        configuration.setOverrideEndpoint(true);
        configuration.setUriEndpointOverride(aws.dynamoDbEndpoint().toString());
        repository.setDynamoDbClient(null);
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").idempotentConsumer(header("key"), repository).process(TrapsTest.this::forward);
            }
        });

        assertThat(settled("in", "original")).isTrue();
        assertThat(fixture.status(KEY)).isEqualTo("COMPLETED");
    }

    @Test
    void metersShowClaimsConfirmsCacheHitsAndWhatIsPending() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        context.getRegistry().bind("meters", MeterRegistry.class, meters);
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").idempotentConsumer(header("key"), repository).process(TrapsTest.this::forward);
            }
        });

        settled("in", "original");
        settled("in", "copy");

        assertThat(meters.get("dedup.claim").timer().count()).isEqualTo(1);
        assertThat(meters.get("dedup.confirm").timer().count()).isEqualTo(1);
        assertThat(meters.get("dedup.cache.hits").counter().count()).isEqualTo(1);
        assertThat(meters.get("dedup.confirm.pending").gauge().value()).isZero();
        assertThat(meters.get("dedup.lease.lost").counter().count()).isZero();
    }

    @Test
    void aLostLeaseIsCounted() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        context.getRegistry().bind("meters", MeterRegistry.class, meters);
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .idempotentConsumer(header("key"), repository)
                        .process(exchange -> {
                            TableFixture.kill(repository);
                            fixture.clock.move(TableFixture.LEASE.plus(TableFixture.SKEW));
                            fixture.process().add(fixture.delivery(), KEY);
                        })
                        .process(TrapsTest.this::forward);
            }
        });

        assertThat(settled("in", "original")).isTrue();

        assertThat(meters.get("dedup.lease.lost").counter().count()).isEqualTo(1);
    }

    @Test
    void operatorsSeeAndMendItOverJmx() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").idempotentConsumer(header("key"), repository).process(TrapsTest.this::forward);
            }
        });
        settled("in", "original");
        var server = context.getManagementStrategy().getManagementAgent().getMBeanServer();
        Set<ObjectName> names = server.queryNames(
                new ObjectName("org.apache.camel:type=services,name=DynamoDbIdempotentRepository*,*"), null);
        ObjectName name = names.stream()
                .filter(found -> found.toString().contains(context.getManagementName()))
                .findFirst()
                .orElseThrow();

        assertThat(server.getAttribute(name, "Table")).isEqualTo(fixture.table);
        assertThat(server.getAttribute(name, "PendingConfirms")).isEqualTo(0);
        String[] signature = {String.class.getName()};
        assertThat(server.invoke(name, "contains", new Object[] {KEY}, signature))
                .isEqualTo(true);
        assertThat(server.invoke(name, "remove", new Object[] {KEY}, signature)).isEqualTo(true);
        assertThat(server.invoke(name, "contains", new Object[] {KEY}, signature))
                .isEqualTo(false);
    }
}
