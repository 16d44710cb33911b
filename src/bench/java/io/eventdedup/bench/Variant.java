package io.eventdedup.bench;

/** A way to take events from one queue to the other. */
enum Variant {
    PLAIN("a", "Camel, no dedup") {
        @Override
        AutoCloseable start(Job job) {
            return PlainCamel.start(job, false);
        }
    },
    MEMORY("b", "Camel, in memory") {
        @Override
        AutoCloseable start(Job job) {
            return PlainCamel.start(job, true);
        }
    },
    UNMERGED("c", "ours, calls not merged") {
        @Override
        AutoCloseable start(Job job) {
            return job.application(false);
        }
    },
    OURS("d", "ours") {
        @Override
        AutoCloseable start(Job job) {
            return job.application(true);
        }
    },
    RAW("e", "raw SDK batches") {
        @Override
        AutoCloseable start(Job job) {
            return RawBatches.start(job, new RawBatches.BatchRequests(job));
        }
    },
    LAMBDA("f", "the Lambda's calls") {
        @Override
        AutoCloseable start(Job job) {
            return LambdaCalls.start(job);
        }
    },
    BATCH_MANAGER("g", "raw SDK, its batch manager") {
        @Override
        AutoCloseable start(Job job) {
            return RawBatches.start(job, new RawBatches.BatchManager(job));
        }
    };

    private final String letter;
    private final String title;

    Variant(String letter, String title) {
        this.letter = letter;
        this.title = title;
    }

    String letter() {
        return letter;
    }

    String title() {
        return title;
    }

    /** Starts to work on the job and returns; the AWS SDK's default chain knows the services. */
    abstract AutoCloseable start(Job job);

    static Variant ofLetter(String letter) {
        for (Variant variant : values()) {
            if (variant.letter.equals(letter)) {
                return variant;
            }
        }
        throw new IllegalArgumentException("there is no variant \"" + letter + "\"; there are a, b, c, d, e, f and g");
    }
}
