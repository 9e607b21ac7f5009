import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pipelineApp } from '../../infra/pipeline-app.ts';
import { topology } from '../../infra/topology.ts';
import {
  ofType,
  repository,
  rootWithSmallHandlers,
  type Synthesised,
  synthesised,
  temporaryFolder,
} from './support/synthesised.ts';

describe('the repository itself', () => {
  let first: Synthesised;
  beforeAll(() => {
    first = synthesised(repository);
  });

  test('synthesises without a finding', () => {
    expect(first.report.flatMap(({ violations }) => violations)).toEqual([]);
  });

  test('synthesises to the same bytes twice, bundles and all', () => {
    const hashes = deployedHashes(first.outdir);
    expect(Object.keys(hashes).length).toBeGreaterThan(2 + Object.keys(topology.functions).length);
    expect(deployedHashes(synthesised(repository).outdir)).toEqual(hashes);
  });

  test("each task's bundle loads in Node by itself and exports a handler", () => {
    const bundles = bundlesOf(first.outdir);
    expect(bundles.length).toBeGreaterThan(0);
    // Built from empty strings, a handler may refuse its environment; that it was asked is what the entry is for.
    const script = `const [file] = process.argv.slice(1); const { handler } = await import(file); if (typeof handler !== 'function') process.exit(3);`;
    for (const bundle of bundles) {
      execFileSync(process.execPath, ['--input-type=module', '--eval', script, join(bundle, 'index.mjs')], {
        env: { ...environment, AWS_REGION: 'us-east-1' },
        cwd: temporaryFolder(),
      });
    }
  });
});

/** A complete environment of a task; nothing is called with it. */
const environment = {
  INBOX_BUCKET: 'inbox',
  WORK_BUCKET: 'work',
  LEDGER_TABLE: 'ledger',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/dead',
  TENANT_SECRET_ID: 'secret',
  TENANTS: JSON.stringify({
    default: { datastoreId: 'a'.repeat(32), dataAccessRoleArn: 'arn:aws:iam::111122223333:role/r', kmsKeyId: 'k' },
  }),
  STATE_MACHINE_ARN_PREFIX: 'arn:aws:states:us-east-1:111122223333:stateMachine:',
};

const bundlesOf = (outdir: string): string[] =>
  readdirSync(outdir)
    .filter((name) => name.startsWith('asset.'))
    .map((name) => join(outdir, name));

/** Hash of each file that is deployed: templates, asset lists and bundles. */
function deployedHashes(outdir: string): Record<string, string> {
  const templates = readdirSync(outdir).filter((name) => /\.(template|assets)\.json$/.test(name));
  const bundles = bundlesOf(outdir).map((folder) => join(folder.slice(outdir.length + 1), 'index.mjs'));
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(outdir, name)))
      .digest('hex');
  return Object.fromEntries([...templates, ...bundles].map((name) => [name, hash(name)]));
}

describe('synth refuses', () => {
  const app = (root: string) => () => pipelineApp({ root, outdir: temporaryFolder() });

  test('a function without its handler, and says which', () => {
    const root = rootWithSmallHandlers();
    rmSync(join(root, 'tasks', 'Seal', 'handler.ts'));
    rmSync(join(root, 'tasks', 'Pack', 'handler.ts'));
    expect(app(root)).toThrow('Task handlers are missing: tasks/Seal/handler.ts, tasks/Pack/handler.ts');
  });

  test('a handler without createHandler', () => {
    const root = rootWithSmallHandlers();
    writeFileSync(join(root, 'tasks', 'Seal', 'handler.ts'), 'export const something = 1;\n');
    expect(app(root)).toThrow('createHandler');
  });

  test('a state machine without its file', () => {
    const root = rootWithSmallHandlers();
    rmSync(join(root, 'state-machines', 'enrich.asl.json'));
    expect(app(root)).toThrow("The state machine's file is missing: state-machines/enrich.asl.json");
  });

  test('a substitution that nobody supplies', () => {
    const root = rootWithSmallHandlers();
    editEnrich(root, (text) => text.replace(placeholder('WorkBucket'), placeholder('OtherBucket')));
    expect(app(root)).toThrow(`No value for ${placeholder('OtherBucket')} of the state machine enrich`);
  });

  test('a function of another state machine, which the topology does not give to this one', () => {
    const root = rootWithSmallHandlers();
    editEnrich(root, (text) => text.replace(placeholder('ExtractFunction'), placeholder('ConvertFunction')));
    expect(app(root)).toThrow(`No value for ${placeholder('ConvertFunction')} of the state machine enrich`);
  });

  test('an integration for which no permissions are written', () => {
    const root = rootWithSmallHandlers();
    editEnrich(root, (text) =>
      text.replace('arn:aws:states:::aws-sdk:sfn:startExecution', 'arn:aws:states:::aws-sdk:s3:deleteObject'),
    );
    expect(app(root)).toThrow('uses arn:aws:states:::aws-sdk:s3:deleteObject, for which no permissions are written');
  });

  test('nothing in the same root unharmed', () => {
    const { tenant } = synthesised(rootWithSmallHandlers());
    expect(ofType(tenant, 'AWS::StepFunctions::StateMachine')).toHaveLength(3);
  });
});

/** A substitution as a definition writes it. */
const placeholder = (name: string): string => `\${${name}}`;

function editEnrich(root: string, edit: (text: string) => string): void {
  const path = join(root, topology.stateMachines.enrich.file);
  const text = readFileSync(path, 'utf8');
  const edited = edit(text);
  expect(edited).not.toBe(text);
  writeFileSync(path, edited);
}
