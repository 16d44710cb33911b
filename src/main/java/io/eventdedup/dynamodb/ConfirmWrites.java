package io.eventdedup.dynamodb;

import io.eventdedup.claim.ClaimStore.ConfirmRequest;
import io.eventdedup.claim.ClaimStore.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The writes that several confirms take: one for each group of which two or more are confirmed at once, and one for each other
 * row. So a straggler confirms its own row, which costs as much as its group's item and says more.
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
