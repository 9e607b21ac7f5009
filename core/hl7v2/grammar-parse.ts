import type { Group, SegmentPart } from './grammar.ts';

const TOKEN = /\s*(?:([[\]{}])|([A-Z][A-Z0-9_]*)(:)?)/y;

/**
 * Reads HL7's abstract syntax (HL7 v2.9 chapter 2.12): `MSH [{SFT}] {ORDER: [ORC] OBR [{NTE}]}`. Square brackets make a
 * part optional, braces let it repeat, a name with a colon opens a group that must be bracketed or braced.
 */
export function parseGrammar(text: string): Group | { readonly error: string } {
  const tokens = tokenize(text.trim());
  if (tokens === undefined) return { error: 'holds a character that the abstract syntax does not know' };
  const reader = { tokens, next: 0 };
  const parts = readParts(reader, '');
  if ('error' in parts) return parts;
  return { name: '', optional: false, many: false, parts: parts.parts };
}

interface Reader {
  readonly tokens: readonly string[];
  next: number;
}

function tokenize(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    tokens.push(match[1] ?? `${match[2]}${match[3] ?? ''}`);
  }
  return tokens;
}

type Part = SegmentPart | Group;
type Parts = { readonly name: string; readonly parts: readonly Part[] } | { readonly error: string };

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}' };

function readParts(reader: Reader, closing: string): Parts {
  const parts: Part[] = [];
  let name = '';
  for (;;) {
    const token = reader.tokens[reader.next];
    reader.next += 1;
    if (token === undefined) return closing === '' ? { name, parts } : { error: `lacks "${closing}" at its end` };
    if (token === closing) return { name, parts };
    if (token.endsWith(':')) {
      name = token.slice(0, -1);
      continue;
    }
    const part = readPart(reader, token);
    if ('error' in part) return part;
    parts.push(part);
  }
}

function readPart(reader: Reader, token: string): Part | { readonly error: string } {
  if (CLOSING[token] !== undefined) return readBracket(reader, token);
  if (token === ']' || token === '}') return { error: `has a "${token}" that closes nothing` };
  return { segment: token, optional: false, many: false };
}

// `[{X}]` and `{[X]}` are one part that is both optional and repeating.
function readBracket(reader: Reader, opening: string): Part | { readonly error: string } {
  const inner = readParts(reader, CLOSING[opening] ?? '');
  if ('error' in inner) return inner;
  const only = inner.parts[0];
  const mark = opening === '[' ? { optional: true } : { many: true };
  if (inner.name === '' && inner.parts.length === 1 && only !== undefined) return { ...only, ...mark };
  if (inner.name === '') return { error: 'has a group without a name' };
  return { name: inner.name, parts: inner.parts, optional: false, many: false, ...mark };
}
