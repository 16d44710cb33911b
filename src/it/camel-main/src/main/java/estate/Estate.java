package estate;

import org.apache.camel.main.Main;

/** All else is in application.properties and in the route files. */
public class Estate {

    public static void main(String[] arguments) throws Exception {
        new Main(Estate.class).run(arguments);
    }
}
