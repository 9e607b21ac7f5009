import type { Fragment } from '../merge/statement.ts';
import type { NoteContext } from './note.ts';

/** The patient of the note, and its visit under the name that the resource type has for it. */
export function subjectOf(note: NoteContext, visit: 'encounter' | 'context'): Fragment {
  const subject = { subject: { reference: note.patient } };
  return note.encounter === undefined ? subject : { ...subject, [visit]: { reference: note.encounter } };
}
