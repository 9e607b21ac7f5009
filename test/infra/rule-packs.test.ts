import { App, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { beforeAll, describe, expect, test } from 'vitest';
import { pipelineApp } from '../../infra/pipeline-app.ts';
import { addRulePacks, guardRules, strictContext } from '../../infra/rule-packs.ts';
import { defects } from './support/defects.ts';
import {
  type PackReport,
  reportOf,
  rootWithSmallHandlers,
  synthFails,
  temporaryFolder,
} from './support/synthesised.ts';

/** One stack per defect in one app, so that the packs run once; a stack's name is its place in the table. */
function synthesiseDefects(): { failed: boolean; report: readonly PackReport[] } {
  const outdir = temporaryFolder();
  const app = new App({ outdir, context: { ...strictContext } });
  Object.values(defects).forEach((plant, index) => {
    plant(new Stack(app, `Defect${index}`));
  });
  addRulePacks(app);
  return { failed: synthFails(app), report: reportOf(outdir) };
}

describe('a planted defect', () => {
  let outcome: ReturnType<typeof synthesiseDefects>;
  beforeAll(() => {
    outcome = synthesiseDefects();
  });

  test('makes synth fail', () => {
    expect(outcome.failed).toBe(true);
    expect(outcome.report.map(({ pluginName, conclusion }) => [pluginName, conclusion])).toEqual([
      ['HIPAA.Security', 'failure'],
      ['AwsSolutions', 'failure'],
      ['CloudFormation Validate', 'failure'],
    ]);
  });

  test.each(Object.keys(defects).map((rule, index) => ({ rule, index })))('is an error of $rule', ({ rule, index }) => {
    const found = outcome.report
      .flatMap(({ violations }) => violations)
      .filter(({ violatingConstructs }) =>
        violatingConstructs.some(({ constructPath }) => constructPath.split('/')[0] === `Defect${index}`),
      );
    expect(found.map(({ ruleName, severity }) => `${severity} ${ruleName}`)).toContain(`error ${rule}`);
  });

  test('exists for every Guard rule, and there are some', () => {
    const rules = guardRules().flatMap(({ content }) =>
      [...content.matchAll(/^rule (\w+)/gm)].map((match) => match[1]),
    );
    expect(rules.length).toBeGreaterThanOrEqual(16);
    expect(rules.filter((rule) => !(String(rule) in defects))).toEqual([]);
  });
});

describe('in the pipeline itself', () => {
  test.each([
    [
      'a public bucket',
      'HIPAA.Security-S3BucketLevelPublicAccessProhibited',
      (stack: Stack) =>
        new Bucket(stack, 'Planted', { blockPublicAccess: new BlockPublicAccess({ blockPublicAcls: false }) }),
    ],
    ['an open queue', 'AwsSolutions-SQS4', (stack: Stack) => new Queue(stack, 'Planted')],
  ] as const)('%s makes synth fail', (_, rule, plant) => {
    const outdir = temporaryFolder();
    const app = pipelineApp({ root: rootWithSmallHandlers(), outdir });
    plant(app.node.findChild('TributaryTenant') as Stack);
    expect(synthFails(app)).toBe(true);
    expect(reportOf(outdir).flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName))).toContain(rule);
  });
});
