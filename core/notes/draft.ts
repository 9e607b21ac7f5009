import { resourceId } from '../identity.ts';
import type { Fragment, ResourceDraft } from '../merge/statement.ts';
import type { Sha256 } from '../ports.ts';
import { machineMeta, mentionExtension } from './marks.ts';
import type { Mention } from './mention.ts';
import type { NoteContext } from './note.ts';

/** What one mention states: the same `key` in one note is the same finding, named again. */
export interface Finding {
  readonly type: 'Condition' | 'MedicationStatement' | 'Observation';
  /** What identifies the finding within its note: its code, or its name and value. */
  readonly key: readonly string[];
  readonly mention: Mention;
  readonly conceptScore?: number;
  /** The resource but for what every finding carries; taken from the first mention. */
  readonly body: Fragment;
  /** What each mention adds (a dosage); lists are joined. */
  readonly perMention?: Fragment;
}

/**
 * One draft for each different finding, in the order of the note.
 *
 * The id hangs on the note's resource and the finding's key, not on its place, so that a resent note with other line breaks
 * or a later segment keeps it; each field of the note states its places in a slot of its own. All stand under the note's
 * root and go when the note goes (SEMANTICS 5.5).
 */
export function draftsOf(note: NoteContext, findings: readonly Finding[], sha256: Sha256): readonly ResourceDraft[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings.toSorted((one, other) => one.mention.begin - other.mention.begin)) {
    const id = resourceId(sha256, note.tenant, finding.type, 'note-finding', note.resource, ...finding.key);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [finding]);
    else group.push(finding);
  }
  return [...groups].flatMap(([id, [first, ...rest]]) => (first === undefined ? [] : [draft(note, id, first, rest)]));
}

function draft(note: NoteContext, id: string, first: Finding, rest: readonly Finding[]): ResourceDraft {
  const all = [first, ...rest];
  const extension = all.map((one) => mentionExtension(note, one.mention, one.conceptScore));
  const added = all.flatMap((one) => (one.perMention === undefined ? [] : [one.perMention]));
  const slots = {
    finding: { value: { meta: machineMeta, ...first.body }, from: note.from },
    [`mention#${note.from}`]: { value: { extension, ...joined(added) }, from: note.from },
  };
  return { type: first.type, id, root: note.root, authority: 1, rank: 0, slots };
}

/** Lists of the same name behind each other, each different item once. */
function joined(fragments: readonly Fragment[]): Fragment {
  const lists: Record<string, unknown[]> = {};
  for (const [name, value] of fragments.flatMap((fragment) => Object.entries(fragment))) {
    const known = lists[name] ?? [];
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    lists[name] = [...known, ...items.filter((item) => !includes(known, item))];
  }
  return lists;
}

function includes(list: readonly unknown[], item: unknown): boolean {
  return list.some((known) => JSON.stringify(known) === JSON.stringify(item));
}
