package io.eventdedup.proof;

import io.eventdedup.proof.Action.Fault;
import io.eventdedup.proof.Action.Kind;
import java.util.List;

/** Tells the steps of a story in words. */
final class Teller {

    private final List<Worker> workers;
    private final List<Message> messages;
    private final Setup setup;

    Teller(List<Worker> workers, List<Message> messages, Setup setup) {
        this.workers = workers;
        this.messages = messages;
        this.setup = setup;
    }

    String tell(Action action) {
        int who = action.who();
        String fault = tell(action.kind(), action.fault());
        return switch (action.kind()) {
            case PUT -> messages.get(who) + " is sent to the input queue";
            case RECEIVE -> worker(who) + " receives " + messages.get(action.which());
            case CLAIM -> worker(who) + " claims " + event(who, workers.get(who).next, true) + fault;
            case ABOVE -> worker(who) + ": a step above the keys fails for " + event(who, workers.get(who).next, true);
            case FAIL -> worker(who) + ": the step fails for " + event(who, action.which(), false) + fault;
            case SEND ->
                worker(who) + " sends " + event(who, action.which(), false)
                        + (setup.shape() == Setup.Shape.PARALLEL ? " (the request is on its way)" : fault);
            case REACH ->
                "the request to send " + event(who, action.which(), false) + " reaches the output queue" + fault;
            case TOGETHER ->
                worker(who) + " and " + worker(action.which())
                        + " send together; the second message fails, and so does its repetition";
            case END -> worker(who) + " ends " + event(who, action.which(), false) + ", and tells its claim" + fault;
            case LETTER -> worker(who) + " sends a dead letter of " + workers.get(who).message + fault;
            case SETTLE -> worker(who) + " is done with " + workers.get(who).message + fault;
            case KILL -> "process " + who + " is killed and started again";
            case PAUSE -> "process " + who + " is paused for longer than its lease";
            case RESUME -> "process " + who + " goes on";
            case STOP -> "process " + who + " is told to stop";
            case CUT -> "the time of process " + who + " to stop is over in the middle of a message";
            case RESTART -> "process " + who + " has stopped and is started again";
            case AGAIN -> messages.get(who) + " becomes visible although a process has it";
            case ARRIVE -> "a late request arrives at the table";
            case TICK -> "time passes" + fault;
            case LONG_WAIT -> "nothing happens until every window is over";
        };
    }

    private String worker(int number) {
        return "process " + workers.get(number).process + ", worker " + number;
    }

    private String event(int worker, int place, boolean ofOpenOnes) {
        List<Element> elements = ofOpenOnes ? workers.get(worker).elements : workers.get(worker).message.elements;
        return "event " + elements.get(place).key() + " at place " + elements.get(place).place;
    }

    private static String tell(Kind kind, Fault fault) {
        String request =
                switch (kind) {
                    case FAIL, END, SETTLE -> "its request";
                    case TICK -> "the request of a renewal";
                    default -> "the request";
                };
        return switch (fault) {
            case NONE -> "";
            case REQUEST_LOST -> "; " + request + " is lost";
            case ANSWER_LOST -> "; the answer is lost";
            case LATE -> "; " + request + " is late, and its caller gives up";
            case SLOW -> "; the process is paused before its request arrives, for longer than its lease";
            case OTHERS_BEFORE -> "; before its request arrives, the other threads go on";
            case OTHERS_AFTER -> "; before its answer arrives, the other threads go on";
            case REFUSED -> "; the queue refuses it";
            case RELEASE_LOST -> "; the release of the claim is lost";
            case SECOND_FAILS -> "; the second fails";
            case LISTENER_THROWS -> "; a listener throws";
        };
    }
}
