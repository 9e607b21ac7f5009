/**
 * The yardstick of parsing: the least that reads a field by position. Offsets, lazy, decodes the common escapes; no
 * charsets, no limits, no findings, CR line ends and default encoding characters only.
 */
export class IndexScanner {
  private readonly text: string;
  private readonly starts: number[] = [];
  private readonly fields: (number[] | undefined)[] = [];

  constructor(bytes: Uint8Array) {
    this.text = new TextDecoder().decode(bytes);
    let at = 0;
    while (at < this.text.length) {
      this.starts.push(at);
      const end = this.text.indexOf('\r', at);
      at = end < 0 ? this.text.length : end + 1;
    }
    this.starts.push(at);
  }

  /** Places of the segments of a name. */
  all(name: string): number[] {
    const found: number[] = [];
    for (let at = 0; at < this.starts.length - 1; at++) if (this.text.startsWith(name, this.starts[at])) found.push(at);
    return found;
  }

  read(segment: number, field: number, component = 1, subcomponent = 1): string {
    const places = this.index(segment);
    const from = places[field];
    const next = places[field + 1];
    if (from === undefined || next === undefined) return '';
    const repetition = part(this.text.slice(from, next - 1), '~', 1);
    return unescaped(part(part(repetition, '^', component), '&', subcomponent));
  }

  private index(segment: number): number[] {
    const known = this.fields[segment];
    if (known !== undefined) return known;
    const end = (this.starts[segment + 1] as number) - 1;
    const places = [this.starts[segment] as number];
    for (let at = this.text.indexOf('|', places[0]); at >= 0 && at < end; at = this.text.indexOf('|', at + 1))
      places.push(at + 1);
    places.push(end + 1);
    this.fields[segment] = places;
    return places;
  }
}

function part(text: string, separator: string, number: number): string {
  let from = 0;
  for (let skip = number; skip > 1; skip--) {
    from = text.indexOf(separator, from) + 1;
    if (from === 0) return '';
  }
  const end = text.indexOf(separator, from);
  return end < 0 ? text.slice(from) : text.slice(from, end);
}

const escapes: Readonly<Record<string, string>> = { F: '|', S: '^', T: '&', R: '~', E: '\\', '.br': '\n' };

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([FSTRE]|\.br)\\/g, (_whole, name: string) => escapes[name] ?? '');
}
