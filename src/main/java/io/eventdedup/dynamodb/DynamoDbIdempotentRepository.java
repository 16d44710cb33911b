package io.eventdedup.dynamodb;

import io.eventdedup.aws.ClientException;
import io.eventdedup.aws.FoundClient;
import io.eventdedup.aws.MergeGroup;
import io.eventdedup.claim.Admission;
import io.eventdedup.claim.ClaimFailedException;
import io.eventdedup.claim.ClaimKeeper;
import io.eventdedup.claim.ClaimMetrics;
import io.eventdedup.claim.ClaimProtocol;
import io.eventdedup.claim.ClaimStore;
import io.eventdedup.claim.Claims;
import io.eventdedup.claim.CompletedKeys;
import io.eventdedup.claim.Content;
import io.eventdedup.claim.KeyInProgressException;
import io.eventdedup.claim.RecentRefusals;
import io.eventdedup.claim.Settled;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.Metadata;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * An idempotent repository in a DynamoDB table that distinguishes keys in progress from completed keys. So no message is lost when a
 * process dies, and no two processes work on the same key.
 *
 * <p>The table has one row per key ({@link ClaimSchema} has its layout). A delivery of a message takes these steps:
 *
 * <ol>
 *   <li><b>claim</b> ({@link #add(Exchange, String) add}): writes the row IN_PROGRESS, with a token of this delivery and the end of its
 *       lease, if there is no row or it has expired. Otherwise the existing row decides. COMPLETED: a duplicate ({@code false}).
 *       IN_PROGRESS: neither new nor a duplicate ({@link KeyInProgressException}), because its owner may still fail. FREE, or the lease
 *       and the clock skew are over, or already owned by this delivery: the row is replaced, on condition that it has not changed since
 *       it was read.
 *   <li><b>renew</b>: when half of its lease is over and the delivery still works, the lease is extended.
 *   <li><b>confirm</b> ({@link #confirm(Exchange, String) confirm}): the work succeeded. The row becomes COMPLETED and is remembered for
 *       the window from now on. If DynamoDB does not respond, the confirm is kept and retried in the background.
 *   <li><b>release</b> ({@link #remove(Exchange, String) remove}): the work was not done. The row is deleted. If a caller that
 *       {@linkplain #takeOver ends the claim itself} reports that the work failed, the row becomes FREE and counts the failure. A
 *       delivery that claims a FREE row, or takes over an ended lease, keeps the count; that of an expired row is forgotten.
 *   <li>If a delivery ends without either, because its process died or the route keeps failed keys ({@code removeOnFailure=false}), its
 *       row stays until the lease ends. Then the next delivery may claim the key.
 * </ol>
 *
 * <p>Confirm, renew and release change only a row that this delivery owns. So they do no harm if they come late, or from the exchange
 * of a duplicate ({@code skipDuplicate=false}).
 *
 * <h2>One write for many confirms</h2>
 *
 * <p>With a {@link MergeGroup}, concurrent claims are written by one request, and their rows name the same <em>group</em>. Confirms do
 * not change these rows. Instead, one write adds the owners whose work is done to the group's item. A row IN_PROGRESS whose owner is
 * named there <em>is</em> completed. Why no event is lost or forwarded twice because of this:
 *
 * <ol>
 *   <li>A process that finds a row with a group reads the group's item, consistently, after the row and before it decides.
 *   <li>A confirm through the group counts only if its response came before the claim's lease ended, so the owner was in the item by
 *       then. Another process takes the key over only after the lease and the clock skew, and reads the item after that. So it finds
 *       the owner there, and does not take the key over.
 *   <li>If a confirm, or its response, comes later (a process may be paused at any step), the row decides: the confirm is conditional on
 *       the row still having this owner. A takeover has the opposite condition, so one of the two fails, and a lost lease is detected
 *       and counted.
 *   <li>A renewal removes the row from its group. A claim whose first renewal has begun confirms its row; a claim whose confirm has begun
 *       is not renewed.
 *   <li>Writes to a group's item add to a set, so concurrent writes, and writes that arrive after their caller has given up, do no harm
 *       in any order. A token identifies one claim only, so a token that arrives after the row was taken over has no effect.
 *   <li>The group's item does not expire before its rows, and a row lasts for the window after its lease. So a confirm that does not
 *       change the row does not shorten the window.
 *   <li>A claim without others, or the only one of its group that is being confirmed, confirms its row, which costs the same.
 * </ol>
 *
 * <p>Processes that merge calls and processes that do not can share a table, because all of them read groups.
 *
 * <p>Use it with {@code eager=true}, the default. If DynamoDB fails, {@code add} throws a {@link ClaimFailedException}.
 *
 * <p>Routes and threads can share an instance; stopping one of the routes does not affect the others.
 */
@Metadata(
        label = "bean",
        description =
                "Idempotent repository in a DynamoDB table that distinguishes keys in progress from completed keys",
        annotations = {"interfaceName=org.apache.camel.spi.IdempotentRepository"})
@Configurer(metadataOnly = true)
@ManagedResource(description = "DynamoDB-based idempotent repository")
public class DynamoDbIdempotentRepository extends ServiceSupport implements IdempotentRepository, CamelContextAware {

    /** Exchange property ({@link Duration}): how long this exchange's key is remembered, instead of the repository's window. */
    public static final String WINDOW_PROPERTY = "dedupWindow";

    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbIdempotentRepository.class);

    private final AtomicBoolean warnedOfLateClaims = new AtomicBoolean();

    @Metadata(description = "Name or ARN of the DynamoDB table, with the partition key eventHash (S)", required = true)
    private String table;

    @Metadata(
            description = "How long a completed key is remembered",
            defaultValue = "5m",
            javaType = "java.time.Duration")
    private Duration window = Duration.ofMinutes(5);

    @Metadata(
            description = "How long a claim lasts unless it is renewed; then another delivery may take over the key",
            defaultValue = "20s",
            javaType = "java.time.Duration")
    private Duration lease = Duration.ofSeconds(20);

    @Metadata(
            description =
                    "How far the clocks of two processes may differ; added to the lease before another delivery takes over",
            defaultValue = "1s",
            javaType = "java.time.Duration")
    private Duration clockSkew = Duration.ofSeconds(1);

    @Metadata(
            description =
                    "How many completed keys this process caches for a minute, so that duplicates need no request; 0: none",
            defaultValue = "10000")
    private int cacheSize = 10_000;

    @Metadata(description = "Prefix of every key, so that several repositories can share a table", label = "advanced")
    private String keyPrefix = "";

    @Metadata(
            description = "Create the table at startup, with on-demand billing, if it does not exist",
            defaultValue = "false")
    private boolean createTable;

    @Metadata(
            description = "Allow clear() to delete every key of this repository",
            label = "advanced",
            defaultValue = "false")
    private boolean allowClear;

    @Metadata(
            description =
                    "The client to use. Default: the only client in the registry, the client or the options of the aws2-ddb"
                            + " component, or a client that uses the AWS SDK's default chains",
            autowired = true,
            label = "advanced")
    private DynamoDbClient dynamoDbClient;

    @Metadata(description = "The source of time", label = "advanced", javaType = "java.time.Clock")
    private Clock clock = Clock.systemUTC();

    @Metadata(
            description =
                    "If set, concurrent claims and confirms are merged into one request; counts what is in flight",
            label = "advanced",
            javaType = "io.eventdedup.aws.MergeGroup")
    private MergeGroup mergeGroup;

    private CamelContext camelContext;
    private Duration localWait = Duration.ofSeconds(1);

    /** About as long as a fast request takes. */
    private Duration mergeWait = Duration.ofMillis(4);

    private volatile boolean tableCheckedByRoutes;
    private volatile Running running;

    /** A repository to be configured by its setters. */
    public DynamoDbIdempotentRepository() {}

    /** A repository in this table, through this client. */
    public DynamoDbIdempotentRepository(DynamoDbClient dynamoDbClient, String table) {
        this.dynamoDbClient = dynamoDbClient;
        this.table = table;
    }

    /**
     * Claims the key for this delivery. The claim ends with the exchange at the latest.
     *
     * <p>If the key is in flight in this process, a duplicate waits for the outcome, for up to a second.
     *
     * <p>The same exchange may ask again (an error handler may repeat a part of the route) and gets the same answer. An exchange that was
     * created from it (a split, a copy) finds the key taken.
     *
     * @return true if the key is new, so do the work; false if the work is done
     * @throws KeyInProgressException if another delivery works on the key
     * @throws ClaimFailedException if DynamoDB fails, times out or rejects the request
     */
    @Override
    public boolean add(Exchange exchange, String key) {
        return running().exchangeClaims().claim(exchange, key, windowOf(exchange), Content.NONE, false)
                instanceof Admission.Claimed;
    }

    /**
     * Like {@link #add(Exchange, String)}, but the caller ends the claim instead of Camel, whose {@code confirm} and {@code remove} have
     * no effect on it. For a route that knows better than Camel how its work ends.
     *
     * @param content what the row keeps for duplicates
     * @throws KeyInProgressException if another delivery works on the key
     * @throws ClaimFailedException if DynamoDB fails, times out or rejects the request
     */
    public Admission takeOver(Exchange exchange, String key, Content content) {
        return running().exchangeClaims().claim(exchange, key, windowOf(exchange), content, true);
    }

    /**
     * Confirms the exchange's claim on the key. Never throws. No effect if the exchange has not claimed the key, or another caller has
     * taken the claim over.
     *
     * @return whether it is in the table now
     */
    @Override
    public boolean confirm(Exchange exchange, String key) {
        return running()
                .exchangeClaims()
                .endedBy(exchange, key)
                .map(claim -> claim.confirm() instanceof Settled.Written)
                .orElse(false);
    }

    /**
     * Releases the exchange's claim on the key: deletes its row. Never throws. No effect if the exchange has not claimed the key or has
     * confirmed it, or another caller has taken the claim over.
     *
     * @return whether the row is deleted now
     */
    @Override
    public boolean remove(Exchange exchange, String key) {
        return running()
                .exchangeClaims()
                .endedBy(exchange, key)
                .map(claim -> claim.release() instanceof Settled.Written)
                .orElse(false);
    }

    /**
     * Whether the key is in progress or completed. Camel's {@code idempotentConsumer} calls this only with {@code eager=false} (Camel
     * documentation, Idempotent Consumer EIP). Then it claims the key after the work, so that duplicates in flight at the same time are
     * not recognized. Warns about this once.
     */
    @Override
    public boolean contains(Exchange exchange, String key) {
        if (warnedOfLateClaims.compareAndSet(false, true)) {
            LOG.warn(
                    "An idempotentConsumer with eager=false claims keys only after its steps, so duplicates that are in flight"
                            + " at the same time are not recognized; remove eager=false");
        }
        return contains(key);
    }

    /**
     * Like {@link #add(Exchange, String)}, for callers without an exchange. The claim lasts until {@link #confirm(String)} or
     * {@link #remove(String)}, or until this process ends. So callers must confirm. Camel's file consumers do so only with
     * {@code idempotentEager=true}; otherwise their files are new again after a restart.
     */
    @Override
    @ManagedOperation(description = "Claims the key")
    public boolean add(String key) {
        return running().exchangeClaims().claim(key, window);
    }

    /** Confirms a claim that was made without an exchange. */
    @Override
    @ManagedOperation(description = "Confirms a key that was added by this process")
    public boolean confirm(String key) {
        return running()
                .exchangeClaims()
                .endedWithoutExchange(key)
                .map(claim -> claim.confirm() instanceof Settled.Written)
                .orElse(false);
    }

    /**
     * Releases a claim that was made without an exchange. A completed key is forgotten, so that it can be processed again, and so is a
     * count of failures. Claims of exchanges and of other processes are not affected.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB fails, times out or rejects the request
     */
    @Override
    @ManagedOperation(description = "Forgets a completed key, so that it can be processed again")
    public boolean remove(String key) {
        return running()
                .exchangeClaims()
                .endedWithoutExchange(key)
                .map(claim -> claim.release() instanceof Settled.Written)
                .orElseGet(() -> running().claims().forget(key));
    }

    /**
     * Whether the key is in progress or completed.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB fails, times out or rejects the request
     */
    @Override
    @ManagedOperation(description = "Whether the key is in progress or completed")
    public boolean contains(String key) {
        return running().claims().isInProgressOrCompleted(key);
    }

    /**
     * Deletes every key of this repository, including those in progress.
     *
     * @throws UnsupportedOperationException unless {@code allowClear} is set
     */
    @Override
    @ManagedOperation(description = "Deletes every key, if allowClear is set")
    public void clear() {
        if (!allowClear) {
            throw new UnsupportedOperationException("clear() would delete every key in table " + table
                    + ", so that all events count as new; to allow this, set allowClear on the repository");
        }
        running().claims().clear();
    }

    /**
     * Checks by one request, which changes nothing, that claims can be written now. Then retries pending confirms, so that they precede
     * new work.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if one of these fails
     */
    public void probe() {
        running().claims().probe();
    }

    @Override
    protected void doStart() {
        validate();
        if (!tableCheckedByRoutes) {
            requireTable();
        } else if (!isRunning()) {
            try {
                run(findClient());
            } catch (ClientException | TableException | SdkClientException e) {
                LOG.debug("Reported when a route starts: {}", e.getMessage());
            }
        }
    }

    /**
     * Makes each route that uses this repository check the table when the route starts, by {@link #requireTable()}. Otherwise the
     * repository checks it at its own start, before any route starts. Then a missing table would stop the whole context, even if a
     * supervising route controller should keep the other routes running.
     */
    public void leaveTableCheckToRoutes() {
        tableCheckedByRoutes = true;
    }

    /**
     * Checks the table, after finding the client if that was not possible earlier. If DynamoDB does not respond, nothing is known about
     * the table, and this only logs a warning.
     *
     * @throws TableException if the table cannot be used
     * @throws ClientException if it is ambiguous which client to use
     * @throws SdkClientException if there is no region
     */
    public synchronized void requireTable() {
        if (isRunning()) {
            checkTable(running.source().client());
            return;
        }
        FoundClient<DynamoDbClient> found = findClient();
        try {
            checkTable(found.client());
            run(found);
        } finally {
            if (!isRunning()) {
                found.close();
            }
        }
    }

    /**
     * Remembers in the table that a pipeline uses it.
     *
     * @param prefix what its keys begin with, after this repository's own prefix
     * @param output the ARN of its output queue
     * @return a finding if pipelines to other queues have the same keys
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB fails, times out or refuses
     */
    public Optional<TableFinding> pipelineStarts(String prefix, String output) {
        return new ClaimTable(running().source().client(), table)
                .pipelineStarts(keyPrefix + prefix, output, clock.instant());
    }

    private boolean isRunning() {
        return running != null && !running.claimKeeper().isClosed();
    }

    /**
     * The client that this repository uses, or will use when it starts.
     *
     * @return to be closed by the caller, which has no effect on a client that is in use
     * @throws ClientException if it is ambiguous which client to use
     * @throws SdkClientException if there is no region
     */
    public synchronized FoundClient<DynamoDbClient> client() {
        if (isRunning()) {
            FoundClient<DynamoDbClient> used = running.source();
            return new FoundClient<>(used.client(), false, used.origin());
        }
        return findClient();
    }

    private FoundClient<DynamoDbClient> findClient() {
        return DynamoDbClients.find(dynamoDbClient, camelContext, table);
    }

    private void validate() {
        require(
                table != null && !table.isBlank(),
                "the repository has no table; set table to the name or ARN of its DynamoDB table");
        require(isPositive(window), "window must be positive, not " + window);
        require(isPositive(lease), "lease must be positive, not " + lease);
        require(!clockSkew.isNegative(), "clockSkew must not be negative, not " + clockSkew);
        require(cacheSize >= 0, "cacheSize must not be negative, not " + cacheSize);
    }

    /**
     * Fails if the table cannot be used. If DynamoDB does not respond, nothing is known about the table: the repository starts, and
     * claims fail until DynamoDB responds.
     */
    private void checkTable(DynamoDbClient client) {
        ClaimTable claimTable = new ClaimTable(client, table);
        if (createTable) {
            claimTable.createIfMissing();
        }
        List<TableFinding> findings;
        try {
            findings = claimTable.verify();
        } catch (SdkClientException e) {
            // cut off the SDK's list of credential sources, which has a thousand characters
            String reason = String.valueOf(e.getMessage()).replaceFirst(" in the chain .*", "");
            LOG.warn("Table {} is not checked, because DynamoDB does not respond: {}", table, reason);
            return;
        }
        String fatal = findings.stream()
                .filter(finding -> finding.kind().isFatal())
                .map(TableFinding::toString)
                .collect(Collectors.joining("; "));
        if (!fatal.isEmpty()) {
            throw new TableException(fatal);
        }
        findings.forEach(finding -> LOG.warn("{}", finding));
    }

    private void run(FoundClient<DynamoDbClient> source) {
        ClaimProtocol protocol = new ClaimProtocol(lease, clockSkew);
        ClaimStore store = mergeGroup != null && mergeGroup.isMerging()
                ? new MergingClaimStore(source.client(), table, keyPrefix, protocol, mergeGroup, mergeWait, clock)
                : new DynamoDbClaimStore(source.client(), table, keyPrefix, protocol);
        CompletedKeys completed = new CompletedKeys(cacheSize, clock);
        String name = keyPrefix.isEmpty() ? table : table + "/" + keyPrefix;
        ClaimMetrics metrics = metrics(name);
        Claims claims = new Claims(store, protocol, clock, completed, metrics, new RecentRefusals(), localWait);
        if (metrics instanceof RepositoryMeters meters) {
            meters.watchPendingConfirms(claims::pendingConfirms);
        }
        ClaimKeeper keeper = new ClaimKeeper(claims, lease, keeperThreads());
        running = new Running(source, claims, new ExchangeClaims(claims, table + "." + keyPrefix), keeper, metrics);
        if (camelContext != null) {
            endWith(camelContext, running);
        }
    }

    private ScheduledExecutorService keeperThreads() {
        String name = "dedup-claims";
        return camelContext == null
                ? Executors.newScheduledThreadPool(
                        ClaimKeeper.THREADS, new CamelThreadFactory("#name#-#counter#", name, true))
                : camelContext.getExecutorServiceManager().newScheduledThreadPool(this, name, ClaimKeeper.THREADS);
    }

    private ClaimMetrics metrics(String name) {
        try {
            return RepositoryMeters.in(camelContext, name).orElse(ClaimMetrics.NONE);
        } catch (NoClassDefFoundError noMicrometer) {
            return ClaimMetrics.NONE;
        }
    }

    /** What a started repository uses; closed once, when the context stops. */
    private record Running(
            FoundClient<DynamoDbClient> source,
            Claims claims,
            ExchangeClaims exchangeClaims,
            ClaimKeeper claimKeeper,
            ClaimMetrics metrics) {

        void close() {
            if (claimKeeper.isClosed()) {
                return;
            }
            claimKeeper.close();
            if (metrics instanceof RepositoryMeters meters) {
                meters.close();
            }
            source.close();
        }
    }

    /**
     * Several routes may share this repository, and Camel stops and shuts it down together with the first of them. So the end of a route
     * only drains pending confirms; the rest is closed with the context.
     */
    private static void endWith(CamelContext context, Running running) {
        try {
            context.addService(
                    new ServiceSupport() {
                        @Override
                        protected void doStop() {
                            running.close();
                        }
                    },
                    true,
                    true);
        } catch (Exception e) {
            running.close();
            throw new IllegalStateException("the Camel context does not accept the repository", e);
        }
    }

    @Override
    protected void doStop() {
        if (running != null) {
            running.claimKeeper().drain();
        }
    }

    @Override
    protected void doShutdown() {
        if (running != null && camelContext == null) {
            running.close();
        }
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("the repository of table " + table + " has not been started");
        }
        return now;
    }

    /** Renews and confirms the claims of this repository. */
    ClaimKeeper claimKeeper() {
        return running().claimKeeper();
    }

    private Duration windowOf(Exchange exchange) {
        Duration own = exchange.getProperty(WINDOW_PROPERTY, Duration.class);
        return own == null ? window : own;
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @ManagedAttribute(description = "The DynamoDB table")
    public String getTable() {
        return table;
    }

    /** Name or ARN of the table; required. */
    public void setTable(String table) {
        this.table = table;
    }

    public Duration getWindow() {
        return window;
    }

    /** How long a completed key is remembered, unless the exchange sets another window; positive. */
    public void setWindow(Duration window) {
        this.window = window;
    }

    public Duration getLease() {
        return lease;
    }

    /** How long a claim lasts unless it is renewed; positive. The keys of a process that dies are blocked no longer than this. */
    public void setLease(Duration lease) {
        this.lease = lease;
    }

    public Duration getClockSkew() {
        return clockSkew;
    }

    /** How far the clocks of two processes may differ; not negative. */
    public void setClockSkew(Duration clockSkew) {
        this.clockSkew = clockSkew;
    }

    @ManagedAttribute(description = "How many completed keys the process caches at most")
    public int getCacheSize() {
        return cacheSize;
    }

    /** How many completed keys the process caches at most; 0 for none. */
    public void setCacheSize(int cacheSize) {
        this.cacheSize = cacheSize;
    }

    @ManagedAttribute(description = "Prefix of every key")
    public String getKeyPrefix() {
        return keyPrefix;
    }

    /** Prefix of every key, so that several repositories can share a table. */
    public void setKeyPrefix(String keyPrefix) {
        this.keyPrefix = keyPrefix == null ? "" : keyPrefix;
    }

    public boolean isCreateTable() {
        return createTable;
    }

    /** Whether to create the table at startup if it does not exist. */
    public void setCreateTable(boolean createTable) {
        this.createTable = createTable;
    }

    @ManagedAttribute(description = "Whether clear() is allowed")
    public boolean isAllowClear() {
        return allowClear;
    }

    /** Allows {@link #clear()} to delete every key. */
    public void setAllowClear(boolean allowClear) {
        this.allowClear = allowClear;
    }

    public DynamoDbClient getDynamoDbClient() {
        return dynamoDbClient;
    }

    /** Merges concurrent claims and confirms. The caller tells the instance about everything that is in flight. */
    public void setMergeGroup(MergeGroup mergeGroup) {
        this.mergeGroup = mergeGroup;
    }

    public MergeGroup getMergeGroup() {
        return mergeGroup;
    }

    /** The client to use; the caller closes it. */
    public void setDynamoDbClient(DynamoDbClient dynamoDbClient) {
        this.dynamoDbClient = dynamoDbClient;
    }

    public Clock getClock() {
        return clock;
    }

    /** The source of time. */
    public void setClock(Clock clock) {
        this.clock = clock;
    }

    /** How long a duplicate waits for its original in this process. */
    void setLocalWait(Duration localWait) {
        this.localWait = localWait;
    }

    /** How long a call waits for others to share its request while requests are fast. */
    void setMergeWait(Duration mergeWait) {
        this.mergeWait = mergeWait;
    }

    /** The window in seconds, for JMX. */
    @ManagedAttribute(description = "How long a completed key is remembered, in seconds")
    public long getWindowSeconds() {
        return window.toSeconds();
    }

    @ManagedAttribute(description = "How many completed keys the process caches now")
    public int getCachedKeys() {
        return running().claims().completedKeys();
    }

    @ManagedAttribute(description = "How many keys are in flight in this process")
    public int getKeysInProgress() {
        return running().claims().currentSize();
    }

    @ManagedAttribute(description = "How many confirms are not in the table yet")
    public int getPendingConfirms() {
        return running().claims().pendingConfirms();
    }
}
