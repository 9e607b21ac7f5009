import type { MessagePlan, Plan, PlanText } from '../plan-shape.ts';
import type { MakingText } from '../read-plan.ts';

/** Writes the plan as texts, of which `readPlan` parses what is asked for. Rows that structures share are written once. */
export function writePlan({ version, ...plan }: Plan): PlanText {
  const numbers = new Map<string, number>();
  const messages = textOf(plan.messages.map((message) => lineOfMessage(message, numbers)));
  return {
    version,
    messages,
    makings: textOf([...numbers.keys()]),
    envelope: textOf([json(plan.envelope)]),
    segments: textOf(Object.values(plan.segments).map(({ rules, ...head }) => line(head, rules))),
    datatypes: textOf(Object.values(plan.datatypes).map(({ rules, ...head }) => line(head, rules))),
    tables: textOf(Object.values(plan.tables).map(({ codes, ...head }) => line(head, codes))),
    records: textOf([json(plan.records)]),
    systems: textOf([json(plan.systems)]),
    units: textOf([json(plan.units)]),
  };
}

/** A text of one character outside Latin-1 takes V8 twice as long to scan, so every character is of ASCII. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const line = (...parts: readonly unknown[]): string => parts.map(json).join('\t');
const textOf = (lines: readonly string[]): string => `\n${lines.join('\n')}\n`;

function lineOfMessage({ grammar, makings, ...head }: MessagePlan, numbers: Map<string, number>): string {
  const rows = makings.map(({ key, each, ...shared }): MakingText => {
    const written = json(shared);
    const number = numbers.get(written) ?? numbers.size;
    numbers.set(written, number);
    return [key, each.join('.'), number];
  });
  return line(head, grammar, rows);
}
