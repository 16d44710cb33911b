package io.eventdedup.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A line from the measuring process that one of its children answers with a line. */
interface Command {

    /** What the answers begin with; anything else that a child prints is not meant for the measuring process. */
    String ANSWER = "answer: ";

    /** The processor time that the child has taken, in nanoseconds. */
    Command CPU = words -> Long.toString(ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
            .getProcessCpuTime());

    /** @param words the command's name first */
    String answer(String[] words);

    /** Answers commands from the standard input until it ends. */
    static void serve(Map<String, Command> commands) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                System.out.println(ANSWER + commands.get(words[0]).answer(words));
                System.out.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
