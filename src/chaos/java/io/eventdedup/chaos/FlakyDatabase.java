package io.eventdedup.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.camel.component.jdbc.ConnectionStrategy;

/** A user's database, which can be made unavailable: then it refuses connections. */
public final class FlakyDatabase implements ConnectionStrategy {

    private final AtomicInteger callsInTrouble = new AtomicInteger();
    private volatile boolean available = true;

    void setAvailable(boolean now) {
        available = now;
    }

    /** How often somebody wanted a connection while it was unavailable. */
    int callsInTrouble() {
        return callsInTrouble.get();
    }

    @Override
    public Connection getConnection(DataSource database) throws SQLException {
        if (!available) {
            callsInTrouble.incrementAndGet();
            throw new SQLException("Connection refused", "08001");
        }
        return database.getConnection();
    }

    @Override
    public boolean isConnectionTransactional(Connection connection, DataSource database) {
        return false;
    }

    /** The only column of the query's answer. */
    static List<String> column(DataSource database, String query) {
        try (Connection connection = database.getConnection();
                ResultSet rows = connection.createStatement().executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
