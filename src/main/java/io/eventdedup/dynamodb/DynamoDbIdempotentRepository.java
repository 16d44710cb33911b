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
 * An idempotent repository in a DynamoDB table that tells "in progress" from "done", so that a process that dies loses no
 * message and no two processes work on the same key.
 *
 * <p>The table holds one row per key ({@link ClaimSchema} has its layout). A delivery of a message goes through these steps:
 *
 * <ol>
 *   <li><b>claim</b> ({@link #add(Exchange, String) add}): writes the row IN_PROGRESS, with a token of this delivery and the
 *       end of its lease, if there is no row, or it has expired. Otherwise the row says what is next: COMPLETED is a duplicate
 *       ({@code false}); IN_PROGRESS is neither new nor a duplicate ({@link KeyInProgressException}), since its owner may yet
 *       fail; one that is FREE, or whose lease (and the clock skew) is over, or that is already this delivery's, is written
 *       over, on condition that it still is as it was read.
 *   <li><b>renew</b>: while the delivery works, half a lease before its end, the lease is extended.
 *   <li><b>confirm</b> ({@link #confirm(Exchange, String) confirm}): the work succeeded. The row becomes COMPLETED and counts
 *       for the window from now on. If DynamoDB does not answer, the confirm is kept and tried again in the background.
 *   <li><b>release</b> ({@link #remove(Exchange, String) remove}): the work was not done. The row is deleted; or, if
 *       whoever {@linkplain #takeOver took the claim over} says that the work failed, it becomes FREE and counts how often. A delivery
 *       that claims a FREE row, or takes an ended lease over, keeps the count; an expired row's is forgotten.
 *   <li>A delivery that ends without either, because its process died or the route keeps failed keys
 *       ({@code removeOnFailure=false}), leaves its row to the end of the lease; then the next delivery may claim the key.
 * </ol>
 *
 * <p>Confirm, renew and release change only the delivery's own row. So what comes late, or from the exchange of a duplicate
 * ({@code skipDuplicate=false}), does no harm.
 *
 * <h2>One write for many confirms</h2>
 *
 * <p>With a {@link MergeGroup}, claims that are made at the same time are written by one request, and each of its rows names the
 * same <em>group</em>. Their confirms leave the rows alone: a single write adds the owners whose work is done to the group's item.
 * A row IN_PROGRESS whose owner is named there <em>is</em> completed. Why no event is lost or goes out twice by that:
 *
 * <ol>
 *   <li>A process that finds a row of a group reads the group's item, consistently, after the row and before it judges.
 *   <li>A confirm through the group counts only if its answer came before the claim's lease was over; so it was in the item by
 *       then. Another process takes the key over only when the lease and the clock skew are over, and reads the item after that.
 *       So it finds the owner named, and leaves the key alone.
 *   <li>A confirm that is late, or whose answer came late (a process may be paused at any step), is decided by the row: by the
 *       condition that it still has this owner. A take-over has the opposite condition, so one of them fails, and a lease
 *       that was lost is noticed and counted.
 *   <li>A renewal takes the row out of its group. A claim whose first renewal has begun confirms its row; one whose confirm has
 *       begun is not renewed.
 *   <li>Writes of a group's item add to a set: two of them under way at once, or one that arrives after its caller has given up,
 *       do no harm, in any order. An owner's token stands for one claim only, so a name that arrives after the row was taken
 *       over names nobody.
 *   <li>The group's item does not expire before its rows, and a row lasts for the window after its lease, so a confirm that
 *       leaves the row alone shortens no window.
 *   <li>A claim that is alone, or the only one of its group to be confirmed at a time, confirms its row: that costs the same.
 * </ol>
 *
 * <p>Processes that merge calls and processes that do not may share a table: all of them read groups.
 *
 * <p>Use it with {@code eager=true}, the default. A failing DynamoDB shows as {@link ClaimFailedException} from {@code add}.
 *
 * <p>May be shared by routes and threads; stopping one of the routes does not disturb the others.
 */
@Metadata(
        label = "bean",
        description = "Idempotent repository in a DynamoDB table that tells keys in progress from finished ones.",
        annotations = {"interfaceName=org.apache.camel.spi.IdempotentRepository"})
@Configurer(metadataOnly = true)
@ManagedResource(description = "DynamoDB based idempotent repository")
public class DynamoDbIdempotentRepository extends ServiceSupport implements IdempotentRepository, CamelContextAware {

    /** Exchange property ({@link Duration}): how long this exchange's key is remembered, instead of the repository's window. */
    public static final String WINDOW_PROPERTY = "dedupWindow";

    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbIdempotentRepository.class);

    private final AtomicBoolean warnedOfLateClaims = new AtomicBoolean();

    @Metadata(description = "Name or ARN of the DynamoDB table, with the partition key eventHash (S)", required = true)
    private String table;

    @Metadata(
            description = "How long a finished key is remembered",
            defaultValue = "5m",
            javaType = "java.time.Duration")
    private Duration window = Duration.ofMinutes(5);

    @Metadata(
            description = "How long a claim holds, unless it is renewed, before another delivery may take the key over",
            defaultValue = "20s",
            javaType = "java.time.Duration")
    private Duration lease = Duration.ofSeconds(20);

    @Metadata(
            description =
                    "How far apart the clocks of two processes may be; added before another's lease counts as over",
            defaultValue = "1s",
            javaType = "java.time.Duration")
    private Duration clockSkew = Duration.ofSeconds(1);

    @Metadata(
            description =
                    "How many finished keys this process remembers for a minute, so that their copies cost no request; 0: none",
            defaultValue = "10000")
    private int cacheSize = 10_000;

    @Metadata(description = "Put before every key, so that several repositories can share a table", label = "advanced")
    private String keyPrefix = "";

    @Metadata(
            description = "Lets start-up create the table, billed on demand, when it is missing",
            defaultValue = "false")
    private boolean createTable;

    @Metadata(
            description = "Lets clear() delete every key of this repository",
            label = "advanced",
            defaultValue = "false")
    private boolean allowClear;

    @Metadata(
            description =
                    "The client to use. Else the only one in the registry, the client or the options of the aws2-ddb"
                            + " component, or one from the AWS SDK's default chain",
            autowired = true,
            label = "advanced")
    private DynamoDbClient dynamoDbClient;

    @Metadata(description = "The source of time", label = "advanced", javaType = "java.time.Clock")
    private Clock clock = Clock.systemUTC();

    @Metadata(
            description =
                    "Who is in flight; if given, claims and confirms made at the same time are merged into one request",
            label = "advanced",
            javaType = "io.eventdedup.aws.MergeGroup")
    private MergeGroup mergeGroup;

    private CamelContext camelContext;
    private Duration localWait = Duration.ofSeconds(1);

    /** About as long as a quick request takes. */
    private Duration mergeWait = Duration.ofMillis(4);

    private volatile boolean tableCheckedByRoutes;
    private volatile Running running;

    /** To be configured by its setters. */
    public DynamoDbIdempotentRepository() {}

    /** A repository in this table, through this client. */
    public DynamoDbIdempotentRepository(DynamoDbClient dynamoDbClient, String table) {
        this.dynamoDbClient = dynamoDbClient;
        this.table = table;
    }

    /**
     * Claims the key for this delivery. The claim holds until the exchange is done, at most.
     *
     * <p>A copy of a key that is in flight in this very process waits for its outcome, up to a second.
     *
     * <p>The same exchange may ask again (an error handler that repeats a part of the route) and gets the same answer; an
     * exchange made from it meanwhile (a split, a copy) finds the key taken.
     *
     * @return true: the key is new, work on it; false: its work is done
     * @throws KeyInProgressException if another delivery works on the key
     * @throws ClaimFailedException if DynamoDB fails, times out or refuses
     */
    @Override
    public boolean add(Exchange exchange, String key) {
        return running().exchangeClaims().claim(exchange, key, windowOf(exchange), Content.NONE, false)
                instanceof Admission.Claimed;
    }

    /**
     * As {@link #add(Exchange, String)}, for a route that knows better than Camel how its work ends: the caller ends the claim, and
     * Camel's {@code confirm} and {@code remove} have no effect on it.
     *
     * @param content what the work leaves for its duplicates
     * @throws KeyInProgressException if another delivery works on the key
     * @throws ClaimFailedException if DynamoDB fails, times out or refuses
     */
    public Admission takeOver(Exchange exchange, String key, Content content) {
        return running().exchangeClaims().claim(exchange, key, windowOf(exchange), content, true);
    }

    /**
     * Confirms the exchange's claim on the key. Never throws; no effect on a key that the exchange has not claimed, or that
     * somebody has taken over.
     *
     * @return true if the table has it now
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
     * Releases the exchange's claim on the key: deletes its row. Never throws; no effect on a key that the exchange has not
     * claimed, or has confirmed, or that somebody has taken over.
     *
     * @return true if the table has it now
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
     * Whether the key is in progress or done. Camel's {@code idempotentConsumer} asks this only with {@code eager=false}; then
     * it claims the key after the work, so that it cannot tell copies that are in flight at the same time. Warns of that once.
     */
    @Override
    public boolean contains(Exchange exchange, String key) {
        if (warnedOfLateClaims.compareAndSet(false, true)) {
            LOG.warn(
                    "An idempotentConsumer with eager=false claims keys after the work, so copies that are in flight at the"
                            + " same time all go out; remove eager=false");
        }
        return contains(key);
    }

    /**
     * As {@link #add(Exchange, String)}, for callers without an exchange. The claim holds, for as long as this process lives,
     * until {@link #confirm(String)} or {@link #remove(String)}. So callers have to confirm: of Camel's file consumers, those
     * with {@code idempotentEager=true} do; the others would find their files new again after a restart.
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
     * Releases a claim that was made without an exchange; a key that is done is forgotten, so that it can be processed
     * again, and so is how often it failed. The claims of exchanges, and of other processes, are left alone.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB fails, times out or refuses
     */
    @Override
    @ManagedOperation(description = "Forgets a finished key, so that it can be processed again")
    public boolean remove(String key) {
        return running()
                .exchangeClaims()
                .endedWithoutExchange(key)
                .map(claim -> claim.release() instanceof Settled.Written)
                .orElseGet(() -> running().claims().forget(key));
    }

    /**
     * Whether the key is in progress or done.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if DynamoDB fails, times out or refuses
     */
    @Override
    @ManagedOperation(description = "Whether the key is in progress or done")
    public boolean contains(String key) {
        return running().claims().isInProgressOrCompleted(key);
    }

    /**
     * Deletes every key of this repository, those in progress too.
     *
     * @throws UnsupportedOperationException unless {@code allowClear} is set
     */
    @Override
    @ManagedOperation(description = "Deletes every key, if the repository allows it")
    public void clear() {
        if (!allowClear) {
            throw new UnsupportedOperationException("clear() would make every remembered event of table " + table
                    + " new again; set allowClear on the repository if that is what you want");
        }
        running().claims().clear();
    }

    /**
     * Proves by one request, which changes nothing, that claims can be written now; then pending confirms are tried, so that
     * they come before new work.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException while they cannot
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
                LOG.debug("The start of a route will say this: {}", e.getMessage());
            }
        }
    }

    /**
     * Lets the routes that use this repository look at the table as each of them starts, by {@link #requireTable()}. Otherwise
     * the repository does so as it starts itself, which Camel does before any route starts: a table that is missing would stop the
     * whole context, also where a supervising route controller is to keep the other routes running.
     */
    public void leaveTableCheckToRoutes() {
        tableCheckedByRoutes = true;
    }

    /**
     * Looks at the table, after finding the client where that was not possible earlier. While DynamoDB does not answer, nothing is
     * known about the table, and this only warns.
     *
     * @throws TableException if the table cannot be used
     * @throws ClientException if it is not clear which client to use
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
     * The client that this repository uses once it has started.
     *
     * @return to be closed by the caller; that has no effect on a client that is in use
     * @throws ClientException if it is not clear which client to use
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
        require(table != null && !table.isBlank(), "the repository needs the name of its table");
        require(isPositive(window), "window must be longer than nothing, not " + window);
        require(isPositive(lease), "lease must be longer than nothing, not " + lease);
        require(!clockSkew.isNegative(), "clockSkew must not be negative, not " + clockSkew);
        require(cacheSize >= 0, "cacheSize must not be negative, not " + cacheSize);
    }

    /**
     * A table that cannot be used stops the start. While DynamoDB does not answer, nothing is known about it: the repository
     * starts, and claims fail until it answers.
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
            // the SDK's list of the sources of credentials has a thousand characters
            String reason = String.valueOf(e.getMessage()).replaceFirst(" in the chain .*", "");
            LOG.warn("DynamoDB does not answer, so the table {} is not checked: {}", table, reason);
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

    /** What a started repository works with; closed once, at the very end. */
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
     * Several routes may share this repository, and Camel stops, and shuts down, a repository with the first of them. So the
     * end of a route only drains the pending confirms; what is running ends with the context.
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
            throw new IllegalStateException("the context refuses the repository", e);
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

    /** Works for this process's claims. */
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

    /** How long a finished key is remembered, unless the exchange says otherwise; more than nothing. */
    public void setWindow(Duration window) {
        this.window = window;
    }

    public Duration getLease() {
        return lease;
    }

    /** How long a claim holds without renewal; more than nothing. A process that dies holds its keys no longer than this. */
    public void setLease(Duration lease) {
        this.lease = lease;
    }

    public Duration getClockSkew() {
        return clockSkew;
    }

    /** How far apart the clocks of two processes may be; not negative. */
    public void setClockSkew(Duration clockSkew) {
        this.clockSkew = clockSkew;
    }

    @ManagedAttribute(description = "How many finished keys may be remembered in the process")
    public int getCacheSize() {
        return cacheSize;
    }

    /** How many finished keys are remembered in the process; 0 for none. */
    public void setCacheSize(int cacheSize) {
        this.cacheSize = cacheSize;
    }

    @ManagedAttribute(description = "Put before every key")
    public String getKeyPrefix() {
        return keyPrefix;
    }

    /** Put before every key, so that several repositories can share a table. */
    public void setKeyPrefix(String keyPrefix) {
        this.keyPrefix = keyPrefix == null ? "" : keyPrefix;
    }

    public boolean isCreateTable() {
        return createTable;
    }

    /** Lets start-up create the table when it is missing. */
    public void setCreateTable(boolean createTable) {
        this.createTable = createTable;
    }

    @ManagedAttribute(description = "Whether clear() is allowed")
    public boolean isAllowClear() {
        return allowClear;
    }

    /** Lets {@link #clear()} delete every key. */
    public void setAllowClear(boolean allowClear) {
        this.allowClear = allowClear;
    }

    public DynamoDbClient getDynamoDbClient() {
        return dynamoDbClient;
    }

    /** Lets concurrent claims and confirms share requests. The instance is told of everything that is in flight. */
    public void setMergeGroup(MergeGroup mergeGroup) {
        this.mergeGroup = mergeGroup;
    }

    public MergeGroup getMergeGroup() {
        return mergeGroup;
    }

    /** The client to use; it stays the caller's, to be closed by the caller. */
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

    /** How long a copy waits for its original in this process. */
    void setLocalWait(Duration localWait) {
        this.localWait = localWait;
    }

    /** How long a call waits for others to share its request while requests are quick. */
    void setMergeWait(Duration mergeWait) {
        this.mergeWait = mergeWait;
    }

    /** The window in seconds, for JMX. */
    @ManagedAttribute(description = "How long a finished key is remembered, in seconds")
    public long getWindowSeconds() {
        return window.toSeconds();
    }

    @ManagedAttribute(description = "How many finished keys are remembered in the process")
    public int getCachedKeys() {
        return running().claims().completedKeys();
    }

    @ManagedAttribute(description = "How many keys are in flight in this process")
    public int getKeysInProgress() {
        return running().claims().currentSize();
    }

    @ManagedAttribute(description = "How many confirms have not reached the table yet")
    public int getPendingConfirms() {
        return running().claims().pendingConfirms();
    }
}
