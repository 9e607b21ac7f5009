import { isSingle } from '../../place.ts';
import type { Rule } from '../../rule.ts';
import { MapCode, type MapForm, NoForm } from './map-code.ts';
import { componentRowCode, constantCode, fieldRowCode, firstPlaceCode, type RowCode } from './rows.ts';

/**
 * The rows of a map as one JavaScript function, in their order; what it has no form for is left to the row's closure. It
 * does what `link.ts` makes of the same rows, which the tests hold it to.
 */
export function mapCode(form: MapForm, rules: readonly Rule[]): string {
  const code = new MapCode(form);
  const rows = rules.map((rule, at) => ({ rule, at })).filter(({ rule }) => !rule.ignore);
  const lines = form.segment === '' ? rows.map((row) => valueRowCode(row, code)) : segmentCode(rows, code);
  return [
    `${JSON.stringify(form.name)}: function (t) {`,
    code.links,
    `return ${headOf(form)}`,
    code.locals,
    ...lines,
    ...(form.into === 'value' ? ['for (const _ in v) return v;'] : []),
    '};',
    '},',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function headOf({ segment, into }: MapForm): string {
  if (segment === '') return into === 'value' ? '(p, run) => { const v = {};' : '(p, run, sink) => { const o = 0;';
  const parts = ['{ own: s, run } = env', 'o = offset < 0 ? 0 : offset'];
  if (into === 'slots') parts.push('d = sink.draft', 'q = d.slots');
  if (!isSingle(segment)) parts.push(`b = ${JSON.stringify(`${segment}[`)} + s.occurrence`);
  return `(env, sink, offset) => { const ${parts.join(', ')};`;
}

function valueRowCode(row: RowCode, code: MapCode): string {
  return orClosure(row, code, () =>
    row.rule.from.length === 0 ? constantCode(row, code) : componentRowCode(row, code),
  );
}

// Rows of one field that stand together ask for it once.
function segmentCode(rows: readonly RowCode[], code: MapCode): readonly string[] {
  const lines: string[] = [];
  let open = 0;
  for (const row of rows) {
    const field = ownFieldOf(row.rule, code);
    if (open !== 0 && open !== field) lines.push('}');
    if (field !== 0 && open !== field) lines.push(groupHead(field, code));
    open = field;
    lines.push(orClosure(row, code, () => (field === 0 ? constantCode(row, code) : fieldRowCode(row, field, code))));
  }
  if (open !== 0) lines.push('}');
  return lines;
}

function groupHead(field: number, code: MapCode): string {
  const count = code.isNarrowed(field) ? '1' : `s.repetitions(${field})`;
  return `if (s.has(${field})) { const c = ${count}, p1 = ${firstPlaceCode(field, code)};`;
}

/** The field that a row reads first; 0 where it reads none, or another segment's. */
function ownFieldOf({ from }: Rule, code: MapCode): number {
  const [first] = from;
  return first?.kind === 'field' && code.isOwn(first) ? first.field : 0;
}

function orClosure(row: RowCode, code: MapCode, make: () => string): string {
  const comment = `// ${row.rule.key}\n`;
  try {
    if (row.rule.from.length > 0 && !code.isOwn(row.rule.from[0] as Rule['from'][number]))
      throw new NoForm('another segment');
    return comment + make();
  } catch (error) {
    if (!(error instanceof NoForm)) throw error;
    if (code.form.segment !== '') return `${comment}${code.link(`t.row(${row.at})`)}(env, sink, offset);`;
    const into = code.form.into === 'value' ? 'sinkOf(v)' : 'sink';
    return `${comment}${code.link(`t.part(${row.at})`)}(p, run, ${into});`;
  }
}
