/**
 * The page {@code /dedup} of the stand-alone process, and its JSON. Read-only. Start reading at {@link io.eventdedup.page.Page}.
 */
package io.eventdedup.page;
