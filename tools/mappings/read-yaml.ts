import { LineCounter, parseDocument } from 'yaml';

/** A YAML document as plain values, and the line (from 1) at which a place in it stands. */
export interface YamlDocument {
  readonly value: unknown;
  /** Faults of the YAML itself, each with its line. */
  readonly faults: readonly { readonly line: number; readonly text: string }[];
  lineOf(pointer: readonly (string | number)[]): number;
}

/** Reads YAML 1.2 strictly: a key that stands twice is a fault. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  return {
    value: document.toJS(),
    faults: document.errors.map((error) => ({ line: lineAt(error.pos[0]), text: error.message.split('\n')[0] ?? '' })),
    lineOf: (pointer) => {
      // A missing key has no line of its own: its parent's is the nearest.
      for (let length = pointer.length; length > 0; length -= 1) {
        const node = document.getIn(pointer.slice(0, length), true) as { range?: [number, number, number] } | undefined;
        if (node?.range !== undefined) return lineAt(node.range[0]);
      }
      return 1;
    },
  };
}
