package io.eventdedup.dynamodb;

import io.eventdedup.claim.ClaimStore.ConfirmRequest;
import io.eventdedup.claim.ClaimStore.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The writes for several confirms: one for each group that has two or more of them, and one for each remaining row. A single confirm of
 * a group is written to its row, which costs as much as the group's item and also has the time of completion.
 */
record ConfirmWrites(Map<Group, List<String>> ownersByGroup, List<ConfirmRequest> rows) {

    static ConfirmWrites of(List<ConfirmRequest> requests) {
        Map<Group, List<ConfirmRequest>> byGroup = new LinkedHashMap<>();
        List<ConfirmRequest> rows = new ArrayList<>();
        for (ConfirmRequest request : requests) {
            request.group()
                    .map(group -> byGroup.computeIfAbsent(group, added -> new ArrayList<>()))
                    .orElse(rows)
                    .add(request);
        }
        Map<Group, List<String>> owners = new LinkedHashMap<>();
        byGroup.forEach((group, members) -> {
            if (members.size() == 1) {
                rows.addAll(members);
            } else {
                owners.put(group, members.stream().map(ConfirmRequest::owner).toList());
            }
        });
        return new ConfirmWrites(owners, rows);
    }
}
