import org.apache.camel.dsl.jbang.core.commands.CamelJBangMain;

/** What the command {@code camel} runs. */
public class Camel {
    public static void main(String... arguments) {
        CamelJBangMain.run(arguments);
    }
}
