import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { type Grant, grantStatements } from '../../infra/grants.ts';
import { type FunctionName, topology } from '../../infra/topology.ts';
import { repository } from './support/synthesised.ts';

/** IAM's name of each SDK command that an adapter sends; one that is missing here fails the test. */
const actionOf: Readonly<Record<string, string>> = {
  BatchGet: 'dynamodb:BatchGetItem',
  Delete: 'dynamodb:DeleteItem',
  Get: 'dynamodb:GetItem',
  Put: 'dynamodb:PutItem',
  Query: 'dynamodb:Query',
  Update: 'dynamodb:UpdateItem',
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  ListObjectsV2: 's3:ListBucket',
  PutObject: 's3:PutObject',
  SendMessage: 'sqs:SendMessage',
  SendMessageBatch: 'sqs:SendMessage',
  StartExecution: 'states:StartExecution',
  DescribeExecution: 'states:DescribeExecution',
  ListFHIRImportJobs: 'healthlake:ListFHIRImportJobs',
  GetSecretValue: 'secretsmanager:GetSecretValue',
  DetectEntitiesV2: 'comprehendmedical:DetectEntitiesV2',
  InferICD10CM: 'comprehendmedical:InferICD10CM',
  InferRxNorm: 'comprehendmedical:InferRxNorm',
  InferSNOMEDCT: 'comprehendmedical:InferSNOMEDCT',
};

function grantedActions(): readonly string[] {
  const stack = new Stack(new App(), 'Grants');
  const arns = {
    inboxArn: 'i',
    workArn: 'w',
    tableArn: 't',
    deadLettersArn: 'd',
    secretArn: 's',
    keyArn: 'k',
    dataStoreArn: 'h',
  };
  const statements = Object.values(grantStatements(stack, arns)).flat();
  return statements.flatMap((statement) => statement.actions);
}

test('every command that an adapter sends is granted by some word of the topology', () => {
  const files = globSync('adapters/**/*.ts', { cwd: repository });
  const commands = files.flatMap((file) =>
    [...readFileSync(join(repository, file), 'utf8').matchAll(/new (\w+)Command\(/g)].map((match) => String(match[1])),
  );
  expect(commands.length).toBeGreaterThan(10);
  expect([...new Set(commands)].filter((command) => actionOf[command] === undefined)).toEqual([]);
  const granted = new Set(grantedActions());
  expect(commands.filter((command) => !granted.has(actionOf[command] ?? ''))).toEqual([]);
});

/** Ports in a handler's wiring, and the grant that each needs. */
const needs: ReadonlyArray<{ readonly wiring: RegExp; readonly met: (grant: Grant) => boolean }> = [
  { wiring: /\bsharedPorts\(/, met: (grant) => grant === 'ledger' },
  { wiring: /\bdeadLetters\(/, met: (grant) => grant === 'deadLetters:send' },
  { wiring: /\btenantHash\(/, met: (grant) => grant === 'secret' },
  { wiring: /\bworkflows\(/, met: (grant) => /^(start|describe):/.test(grant) },
  { wiring: /\bhealthLakeImportJobs\(/, met: (grant) => grant === 'describe:import' },
  { wiring: /INBOX_BUCKET/, met: (grant) => grant.startsWith('inbox:') },
];

describe.each(Object.keys(topology.functions) as FunctionName[])('the grants of %s', (name) => {
  test('cover every port that its handler wires', () => {
    const handler = readFileSync(join(repository, 'tasks', name, 'handler.ts'), 'utf8');
    const grants: readonly Grant[] = topology.functions[name].grants;
    const unmet = needs.filter(({ wiring, met }) => wiring.test(handler) && !grants.some(met));
    expect(unmet.map(({ wiring }) => wiring.source)).toEqual([]);
  });
});
