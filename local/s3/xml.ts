import { malformedXml, notImplemented } from './refusal.ts';

export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** What a document is made of: text, an element's fields in order, or the same element several times. */
type XmlValue = string | number | boolean | undefined | XmlFields | readonly XmlValue[];
export interface XmlFields {
  readonly [name: string]: XmlValue;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** An S3 document; an undefined field is left out. `namespaced` is false for errors only. */
export function renderXml(root: string, fields: XmlFields, namespaced = true): string {
  const open = namespaced ? `<${root} xmlns="${NAMESPACE}">` : `<${root}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${open}${renderFields(fields)}</${root}>`;
}

const renderFields = (fields: XmlFields): string =>
  Object.entries(fields)
    .map(([name, value]) => renderField(name, value))
    .join('');

function renderField(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item: XmlValue) => renderField(name, item)).join('');
  const inner = typeof value === 'object' ? renderFields(value as XmlFields) : escapeXml(String(value));
  return `<${name}>${inner}</${name}>`;
}

// Control characters go out as references, as S3 sends them; a carriage return would otherwise be read as a line feed.
const escapeXml = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
  text.replace(/[&<>"\u0000-\u001f]/g, (char) => ESCAPED[char] ?? `&#x${char.charCodeAt(0).toString(16)};`);

const TOKEN =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s[^<>]*?)?)(\/?)>|([^<]+)/y;

interface OpenElement {
  name: string;
  children: OpenElement[];
  text: string;
}

/** Reads a request document. Throws `MalformedXML`; a document type is malformed, so entities cannot be declared. */
export function parseXml(source: string, root: string): XmlElement {
  const top: OpenElement = { name: '', children: [], text: '' };
  const open = [top];
  let at = 0;
  while (at < source.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(source);
    if (!token) throw malformedXml();
    at = TOKEN.lastIndex;
    takeToken(open, token);
  }
  const [element] = top.children;
  const sound = open.length === 1 && top.children.length === 1 && top.text.trim() === '' && element?.name === root;
  if (!sound) throw malformedXml();
  return element;
}

function takeToken(open: OpenElement[], token: RegExpExecArray): void {
  const [, cdata, closing, tag, , selfClosed, text] = token;
  const current = open.at(-1) as OpenElement;
  if (cdata !== undefined) current.text += cdata;
  else if (text !== undefined) current.text += unescapeXml(text);
  else if (tag !== undefined && closing) {
    if (open.length === 1 || current.name !== localName(tag)) throw malformedXml();
    open.pop();
  } else if (tag !== undefined) {
    const element: OpenElement = { name: localName(tag), children: [], text: '' };
    current.children.push(element);
    if (!selfClosed) open.push(element);
  }
}

const localName = (tag: string): string => tag.slice(tag.indexOf(':') + 1);

function unescapeXml(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/&([^;]*);?/g, (whole, body: string) => {
    const code = /^#(?:x([\da-f]+)|(\d+))$/i.exec(body);
    const point = code ? Number.parseInt(code[1] ?? (code[2] as string), code[1] ? 16 : 10) : Number.NaN;
    const value = code && point <= 0x10ffff ? String.fromCodePoint(point) : NAMED[body];
    if (value === undefined || !whole.endsWith(';')) throw malformedXml();
    return value;
  });
}

/** The text of the one child with this name; undefined when absent. */
export const childText = (element: XmlElement, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text;

/** Refuses (`NotImplemented`) a document with any child that the caller would otherwise pass over in silence. */
export function requireKnownChildren(element: XmlElement, known: readonly string[]): void {
  const unknown = element.children.find((child) => !known.includes(child.name));
  if (unknown) throw notImplemented(`${element.name}.${unknown.name}`);
}
