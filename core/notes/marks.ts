import type { Mention } from './mention.ts';
import type { NoteContext } from './note.ts';

/** Marks every finding in `meta.tag`: extracted by a machine, and by no one reviewed. */
const machineTag = {
  system: 'urn:tributary:origin',
  code: 'machine-made',
  display: 'Extracted from a note by a machine; not reviewed',
} as const;

/** One place of a note where a finding was read, and how sure the service was. */
const findingUrl = 'urn:tributary:note-finding';

/** The meta of every finding. */
export const machineMeta = { tag: [machineTag] } as const;

/**
 * The extension that carries a mention: the note (reference), its field, `begin` and `end` in code points of the note's text
 * from 0, `confidence` of the mention, `conceptConfidence` of its code where it has one, and the service's model version.
 */
export function mentionExtension(note: NoteContext, mention: Mention, conceptScore?: number): Record<string, unknown> {
  const parts: Record<string, unknown>[] = [
    { url: 'note', valueReference: { reference: note.resource } },
    { url: 'field', valueString: note.from },
    { url: 'begin', valueInteger: mention.begin },
    { url: 'end', valueInteger: mention.end },
    { url: 'confidence', valueDecimal: mention.score },
    { url: 'model', valueString: mention.model },
  ];
  if (conceptScore !== undefined) parts.push({ url: 'conceptConfidence', valueDecimal: conceptScore });
  return { url: findingUrl, extension: parts };
}
