/**
 * The page {@code /dedup} of the process of its own, and the JSON behind it. It reads, and changes nothing. Start reading at
 * {@link io.eventdedup.page.Page}.
 */
package io.eventdedup.page;
