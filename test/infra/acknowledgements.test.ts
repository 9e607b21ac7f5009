import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Synthesised, synthesised } from './support/synthesised.ts';

const golden = join(import.meta.dirname, 'acknowledgements.golden.json');

/** aws-cdk-lib acknowledges on its own: zones by `Fn::GetAZs`, and the flow log's options in camel case. */
const ofTheLibrary = [
  'TributaryTenant | CloudFormation-Validate::W3010',
  'TributaryTenant/Network/Vpc/Flow | CloudFormation-Validate::F3002',
  'TributaryTenant/Network/Vpc/Flow | CloudFormation-Validate::F3003',
];

/** Where and why each finding is accepted, as the packs report it; `UPDATE_GOLDENS=1` writes the list anew. */
const acknowledgements = ({ report }: Synthesised): string[] => {
  const used = report.flatMap(({ suppressedViolations = [] }) => suppressedViolations);
  return [...new Set(used.map((one) => `${one.acknowledgedAt} | ${one.acknowledgedId} | ${one.reason}`))].sort();
};

describe('acknowledged findings', () => {
  let all: Synthesised;
  beforeAll(() => {
    all = synthesised();
  });

  test('are exactly the pinned ones', () => {
    const actual = acknowledgements(all);
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(golden, `${JSON.stringify(actual, null, 2)}\n`);
    expect(actual).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
    expect(actual.length).toBeGreaterThan(10);
  });

  test('leave no finding of either pack, and both ran', () => {
    const packs = all.report.map(({ pluginName, conclusion, violations }) => [
      pluginName,
      conclusion,
      violations.length,
    ]);
    expect(packs).toEqual([
      ['HIPAA.Security', 'success', 0],
      ['AwsSolutions', 'success', 0],
    ]);
  });

  test('all answer a finding: one that matches nothing would be a misspelt rule or a reason gone stale', () => {
    const metadata = ['TributaryTenant', 'TributaryAudit'].flatMap((stack) => {
      const entries = JSON.parse(readFileSync(join(all.outdir, `${stack}.metadata.json`), 'utf8')) as object;
      return acknowledgedRules(entries);
    });
    const used = acknowledgements(all).map((line) => line.split(' | ').slice(0, 2).join(' | '));
    expect(metadata.filter((line) => !used.includes(line)).sort()).toEqual(ofTheLibrary);
    expect(metadata.length).toBeGreaterThan(10);
  });

  test('stand in the template with their reasons', () => {
    const reasons = JSON.stringify(all.tenant) + JSON.stringify(all.audit);
    for (const line of acknowledgements(all)) {
      const reason = line.split(' | ')[2] ?? '';
      expect(reasons).toContain(JSON.stringify(reason).slice(1, -1));
    }
  });
});

/** `path | rule` of every acknowledgement in a stack's metadata file, used or not. */
function acknowledgedRules(entries: object): string[] {
  return Object.entries(
    entries as Record<string, ReadonlyArray<{ type: string; data: Record<string, string> }>>,
  ).flatMap(([path, found]) =>
    found
      .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
      .flatMap(({ data }) => Object.keys(data).map((rule) => `${path.replace(/^\//, '')} | ${rule}`)),
  );
}
