#!/bin/sh
# The image's entry point: starts the program with the Java options that suit the CPUs of the container. On one CPU or less, Java's
# second compiler takes longer from the program than its better code gives back in the first minutes.
root=${0%/app/event-dedup.sh}

# CPU_UNITS: on Fargate, which does not show a task its share (1024 is one CPU)
one_cpu_or_less() {
    if [ -n "$CPU_UNITS" ]; then
        [ "$CPU_UNITS" -le 1024 ]
    elif read -r quota period 2>/dev/null </sys/fs/cgroup/cpu.max && [ "$quota" != max ]; then
        [ "$quota" -le "$period" ]
    else
        [ "$(nproc)" -eq 1 ]
    fi
}

options=@$root/app/java.args
if [ -f "$root/app/event-dedup.aot" ]; then
    options="$options -XX:AOTCache=$root/app/event-dedup.aot"
fi
if one_cpu_or_less; then
    options="$options -XX:TieredStopAtLevel=1 -XX:ActiveProcessorCount=1"
fi
# options of the user come last, and so they win
if [ -n "$JDK_JAVA_OPTIONS" ]; then
    export JDK_JAVA_OPTIONS="$options $JDK_JAVA_OPTIONS"
    options=
fi
class_path=
while read -r jar; do
    class_path="$class_path$root/$jar:"
done <"$root/app/class-path"
# shellcheck disable=SC2086
exec "$root/opt/java/bin/java" $options -cp "$class_path$root/config/lib/*" io.eventdedup.app.EventDedup "$@"
