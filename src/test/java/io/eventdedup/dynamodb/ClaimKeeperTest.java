package io.eventdedup.dynamodb;

import static io.eventdedup.dynamodb.TableFixture.LEASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.eventdedup.claim.Admission;
import io.eventdedup.claim.Claim;
import io.eventdedup.claim.ClaimKeeper;
import io.eventdedup.claim.ClaimMetrics;
import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.Claims;
import io.eventdedup.claim.CompletedKeys;
import io.eventdedup.claim.Content;
import io.eventdedup.claim.RecentRefusals;
import io.eventdedup.claim.Settled;
import io.eventdedup.claim.TestClock;
import io.eventdedup.claim.Tokens;
import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** What runs in the background goes on, whatever is thrown at it. */
@ExtendWith(EmbeddedAwsExtension.class)
class ClaimKeeperTest {

    private static final String KEY = "ba5eba11";
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(ClaimKeeper.class);

    private final AtomicInteger errorsOfTheClock = new AtomicInteger();
    private final Map<String, AtomicInteger> errorsOfTheTable = new ConcurrentHashMap<>();
    private TableFixture fixture;
    private TestClock clock;
    private Claims claims;
    private ClaimKeeper keeper;

    /** A thread of the keeper finds no memory when it asks for the time. */
    private final class FailingClock extends TestClock {
        FailingClock(Instant now) {
            super(now);
        }

        @Override
        public Instant instant() {
            if (Thread.currentThread().getName().startsWith("dedup-claimKeeper")
                    && errorsOfTheClock.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new OutOfMemoryError("for the test");
            }
            return super.instant();
        }
    }

    @BeforeEach
    void start(EmbeddedAws aws) {
        LOG.setLevel(Level.OFF);
        fixture = new TableFixture(aws);
        clock = new FailingClock(fixture.clock.instant());
        ClaimProtocol protocol = new ClaimProtocol(LEASE, TableFixture.SKEW);
        ClaimStore table = new DynamoDbClaimStore(fixture.client, fixture.table, "", protocol);
        ClaimStore store = (ClaimStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ClaimStore.class}, (proxy, method, arguments) -> {
                    AtomicInteger errors = errorsOfTheTable.get(method.getName());
                    if (errors != null && errors.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("for the test");
                    }
                    try {
                        return method.invoke(table, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        claims = new Claims(
                store,
                protocol,
                clock,
                new CompletedKeys(10, clock),
                ClaimMetrics.NONE,
                new RecentRefusals(),
                Duration.ZERO);
        keeper = new ClaimKeeper(
                claims,
                LEASE,
                Executors.newScheduledThreadPool(
                        ClaimKeeper.THREADS, new CamelThreadFactory("#name#", "dedup-claimKeeper", true)));
    }

    @AfterEach
    void stop() {
        keeper.close();
        fixture.close();
        LOG.setLevel(null);
    }

    private Claim claim(String key) {
        Claim claim = claims.prepare(key, Tokens.next(), TableFixture.WINDOW, Content.NONE);
        assertThat(claim.admit()).isEqualTo(new Admission.Claimed(claim));
        return claim;
    }

    private boolean isRenewed() {
        String renewed = Long.toString(clock.instant().plus(LEASE).toEpochMilli());
        return renewed.equals(fixture.item(KEY).get("leaseUntil").n());
    }

    @Test
    void leasesAreRenewedAndConfirmsRetriedAfterErrorsInTheirThreads() {
        errorsOfTheClock.set(20);
        await().until(() -> errorsOfTheClock.get() == 0);

        Claim claim = claim(KEY);
        clock.move(LEASE.dividedBy(2));
        await().until(this::isRenewed);

        errorsOfTheTable.put("confirm", new AtomicInteger(1));
        claim.confirm();
        assertThat(claims.pendingConfirms()).isEqualTo(1);
        clock.move(Duration.ofSeconds(10));
        await().until(() -> "COMPLETED".equals(fixture.status(KEY)));
    }

    @Test
    void aRenewalThatEndsInAnErrorIsTriedAgain() {
        errorsOfTheTable.put("renew", new AtomicInteger(2));
        claim(KEY);

        clock.move(LEASE.dividedBy(2));

        await().until(this::isRenewed);
    }

    @Test
    void aRetryThatEndsInAnErrorDoesNotHoldUpTheOthers() {
        errorsOfTheTable.put("confirm", new AtomicInteger(5));
        claim(KEY).confirm();
        claim("other").confirm();

        await().until(() -> {
            clock.move(Duration.ofSeconds(10));
            return claims.pendingConfirms() == 0;
        });
    }

    @Test
    void aReleaseThatEndsInAnErrorLeavesTheKeyToItsLease() {
        errorsOfTheTable.put("delete", new AtomicInteger(1));

        assertThat(claim(KEY).release()).isInstanceOf(Settled.Unwritten.class);

        assertThat(claims.currentSize()).isZero();
    }
}
