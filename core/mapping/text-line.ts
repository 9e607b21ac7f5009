import type { Hl7Segment } from '../hl7v2/message.ts';

/** Whether an OBX holds text, which is joined with that of others: by its type, or without one. */
export function isTextLine(obx: Hl7Segment): boolean {
  const type = obx.text(2);
  return type === 'TX' || type === 'FT' || type === 'ST' || type === '';
}
