import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { pipelineApp } from '../../../infra/pipeline-app.ts';
import { topology } from '../../../infra/topology.ts';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of CloudFormation's shapes
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface Violation {
  readonly ruleName: string;
  readonly severity: string;
  readonly violatingConstructs: ReadonlyArray<{ readonly constructPath: string }>;
  readonly reason?: string;
  readonly acknowledgedId?: string;
  readonly acknowledgedAt?: string;
}

export interface PackReport {
  readonly pluginName: string;
  readonly conclusion: string;
  readonly violations: readonly Violation[];
  readonly suppressedViolations?: readonly Violation[];
}

export const repository = join(import.meta.dirname, '..', '..', '..');

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the test file has run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-infra-'));
  folders.push(folder);
  return folder;
}

/** A root with the repository's state machines and one-line handlers, so that templates do not wait for bundles. */
export function rootWithSmallHandlers(): string {
  const root = temporaryFolder();
  cpSync(join(repository, 'state-machines'), join(root, 'state-machines'), { recursive: true });
  for (const name of Object.keys(topology.functions)) {
    mkdirSync(join(root, 'tasks', name), { recursive: true });
    const body = `export const createHandler = (environment: object) => () => [${JSON.stringify(name)}, environment];\n`;
    writeFileSync(join(root, 'tasks', name, 'handler.ts'), body);
  }
  return root;
}

export interface Synthesised {
  readonly outdir: string;
  readonly tenant: Template;
  readonly audit: Template;
  readonly report: readonly PackReport[];
}

/** Synthesises the whole app once; throws when a pack has a finding that nobody explained. */
export function synthesised(root: string = rootWithSmallHandlers()): Synthesised {
  const outdir = temporaryFolder();
  pipelineApp({ root, outdir }).synth();
  return {
    outdir,
    tenant: readJson(join(outdir, 'TributaryTenant.template.json')) as Template,
    audit: readJson(join(outdir, 'TributaryAudit.template.json')) as Template,
    report: reportOf(outdir),
  };
}

/** What the packs said, whether synth threw or not. */
export const reportOf = (outdir: string): readonly PackReport[] =>
  (readJson(join(outdir, 'validation-report.json')) as { pluginReports: PackReport[] }).pluginReports;

/** Synthesises in silence, findings and all; true when it threw. */
export function synthFails(app: App): boolean {
  const write = process.stderr.write;
  process.stderr.write = () => true;
  try {
    app.synth();
    return false;
  } catch {
    return true;
  } finally {
    process.stderr.write = write;
  }
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

export const ofType = (template: Template, type: string): ReadonlyArray<readonly [string, Resource]> =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** A value as text, with `<Ref>` and `<Id.Attribute>` for intrinsics. */
export function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const record = value as Record<string, unknown>;
  if (typeof record['Ref'] === 'string') return `<${record['Ref']}>`;
  const attribute = record['Fn::GetAtt'];
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  const joined = record['Fn::Join'];
  if (Array.isArray(joined)) return (joined[1] as unknown[]).map(flat).join('');
  return JSON.stringify(value);
}

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
