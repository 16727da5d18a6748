// The chain view without a contact: the latest transfers, to choose one.

import { showContent } from "../page/content.js";
import { contactTable } from "../records/contact_table.js";
import { ListReader, listPath } from "../records/contact_list.js";

const DAY = 24 * 3_600_000;
const MOST = 30;
const MOST_READ = 2000;

/** Shows in `place` what was transferred last, within a day; `say(text)` tells how it went. */
export async function showLatestTransfers(api, place, say) {
  say("Reading the latest transfers…");
  const now = Date.now();
  const parameters = {
    from: new Date(now - DAY).toISOString(),
    to: new Date(now + 1).toISOString(),
    transferred: "true",
    order: "newest",
  };
  const found = [];
  let read = 0;
  await new ListReader(api, listPath("/contacts", parameters)).read(
    (records) => {
      read += 100;
      found.push(...records.filter((record) => record.PreviousContactId));
      showContent(place, contactTable("Latest transfers", found.slice(0, MOST), now));
    },
    () => found.length >= MOST || read >= MOST_READ,
  );
  say(found.length ? "" : "No contact was transferred in the last 24 hours.");
}
