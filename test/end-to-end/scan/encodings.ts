/** One way in which a text may stand in bytes. */
export interface Form {
  readonly encoding: string;
  readonly bytes: Buffer;
}

/**
 * Every form in which a value may hide (facts on reliability 3.6): case changes, escapes of JSON, URLs and HL7, hex,
 * UTF-16, base64 at its three alignments, and dates written in other orders.
 */
export function formsOf(text: string): readonly Form[] {
  const forms = new Map<string, Form>();
  const add = (encoding: string, content: string | Buffer) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const known = bytes.toString('latin1');
    if (!forms.has(known)) forms.set(known, { encoding, bytes });
  };
  const spellings: readonly [string, string][] = [
    ['raw', text],
    ['lower case', text.toLowerCase()],
    ['upper case', text.toUpperCase()],
    ['reversed', [...text].toReversed().join('')],
    ...datesOf(text),
  ];
  for (const [name, spelling] of spellings) for (const [how, bytes] of encoded(spelling)) add(`${name}, ${how}`, bytes);
  return [...forms.values()];
}

function encoded(text: string): [string, string | Buffer][] {
  const utf8 = Buffer.from(text);
  const hex = utf8.toString('hex');
  return [
    ['as it is', text],
    ['latin-1', Buffer.from(text, 'latin1')],
    ['JSON-escaped', JSON.stringify(text).slice(1, -1)],
    ['JSON-escaped twice', JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1)],
    ['JSON-escaped to ASCII', escapedToAscii(text)],
    ['URL-encoded', encodeURIComponent(text)],
    ['form-encoded', new URLSearchParams({ t: text }).toString().slice(2)],
    ['HL7-escaped', escapedAsHl7(text)],
    ['hex', hex],
    ['upper-case hex', hex.toUpperCase()],
    ['UTF-16LE', Buffer.from(text, 'utf16le')],
    ['UTF-16BE', Buffer.from(text, 'utf16le').swap16()],
    ...base64Of(utf8),
  ];
}

const escapedToAscii = (text: string): string =>
  text.replaceAll(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const hl7Escapes: Readonly<Record<string, string>> = {
  '|': '\\F\\',
  '^': '\\S\\',
  '&': '\\T\\',
  '~': '\\R\\',
  '\\': '\\E\\',
};
const escapedAsHl7 = (text: string): string => text.replaceAll(/[|^&~\\]/g, (character) => hl7Escapes[character] ?? '');

/** The characters that do not depend on what stands before or after, for each of the three places a byte may fall on. */
function base64Of(bytes: Buffer): [string, string][] {
  return [0, 1, 2].flatMap((shift): [string, string][] => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const whole = padded.toString('base64').replaceAll('=', '');
    const first = Math.ceil((shift * 4) / 3);
    const last = whole.length - (padded.length % 3 === 0 ? 0 : 1);
    const inner = whole.slice(first, last);
    return [
      [`base64 at ${shift}`, inner],
      [`base64url at ${shift}`, inner.replaceAll('+', '-').replaceAll('/', '_')],
    ];
  });
}

/** Other orders of an HL7 date; eight bare digits would meet by chance, so they are looked for with what stands around. */
function datesOf(text: string): [string, string][] {
  const [, year, month, day, rest = ''] = /^(\d{4})(\d{2})(\d{2})(\d{6})?$/.exec(text) ?? [];
  if (year === undefined) return [];
  const orders = [`${year}-${month}-${day}`, `${year}/${month}/${day}`, `${day}-${month}-${year}`].concat([
    `${day}/${month}/${year}`,
    `${month}/${day}/${year}`,
    `${day}.${month}.${year}`,
  ]);
  const bare = ['"', ' ', '-', '/', '#', '_', '|', '='].map((before) => `${before}${year}${month}${day}`);
  const whole = rest === '' ? [] : [`${day}${month}${year}${rest}`, `${month}${day}${year}${rest}`];
  return [...orders, ...bare, ...whole].map((order) => [`date as ${order.replaceAll(/\d/g, '0')}`, order]);
}
