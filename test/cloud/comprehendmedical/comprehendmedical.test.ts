import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ComprehendMedicalClient,
  DetectEntitiesV2Command,
  DetectPHICommand,
  InferICD10CMCommand,
  InferRxNormCommand,
  InferSNOMEDCTCommand,
} from '@aws-sdk/client-comprehendmedical';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createComprehendMedicalService } from '../../../local/comprehendmedical/comprehend-medical.ts';
import { type RunningServer, startServer } from '../../../local/server.ts';

let nowMs = 0;
let server: RunningServer;
let client: ComprehendMedicalClient;
let directory: string;

beforeEach(async () => {
  nowMs = 1_000_000;
  directory = mkdtempSync(join(tmpdir(), 'comprehend-'));
  server = await startServer({
    directory,
    port: 0,
    timers: { now: () => nowMs, after: () => () => {} },
    services: (context) => [createComprehendMedicalService(context)],
  });
  client = new ComprehendMedicalClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('entities have the shape of the service, offsets in code points, and a version that says stand-in', async () => {
  const Text = '🤕🤕 Denies fever; takes Lipitor 40 mg nightly.';
  const { Entities = [], UnmappedAttributes, ModelVersion } = await client.send(new DetectEntitiesV2Command({ Text }));
  expect(UnmappedAttributes).toEqual([]);
  expect(ModelVersion).toBe('3.3.0-tributary-stand-in');
  const letters = Array.from(Text);
  for (const { BeginOffset, EndOffset, Text: words } of Entities)
    expect(letters.slice(BeginOffset, EndOffset).join('')).toBe(words);
  expect(Entities).toMatchObject([
    {
      Id: 0,
      Text: 'fever',
      Category: 'MEDICAL_CONDITION',
      Type: 'DX_NAME',
      Traits: [{ Name: 'SYMPTOM' }, { Name: 'NEGATION' }],
    },
    {
      Text: 'Lipitor',
      Category: 'MEDICATION',
      Type: 'BRAND_NAME',
      Attributes: [
        { Type: 'DOSAGE', Text: '40 mg', RelationshipType: 'DOSAGE' },
        { Type: 'FREQUENCY', Text: 'nightly' },
      ],
    },
  ]);
  const again = await client.send(new DetectEntitiesV2Command({ Text }));
  expect(again.Entities).toEqual(Entities);
  const ids = Entities.flatMap(({ Id, Attributes = [] }) => [Id, ...Attributes.map((attribute) => attribute.Id)]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the ontologies answer with codes, and with the traits that their models have', async () => {
  const Text = 'History of asthma. No longer taking warfarin.';
  const icd10 = await client.send(new InferICD10CMCommand({ Text }));
  expect(icd10.Entities).toMatchObject([
    { Text: 'asthma', Traits: [{ Name: 'DIAGNOSIS' }], ICD10CMConcepts: [{ Code: 'J45.909' }] },
  ]);
  const rxnorm = await client.send(new InferRxNormCommand({ Text }));
  expect(rxnorm.Entities).toMatchObject([
    { Text: 'warfarin', Traits: [{ Name: 'NEGATION' }], RxNormConcepts: [{ Code: '11289' }] },
  ]);
  const snomed = await client.send(new InferSNOMEDCTCommand({ Text }));
  expect(snomed.Entities).toMatchObject([{ Text: 'asthma', SNOMEDCTConcepts: [{ Code: '195967001' }] }]);
  expect(snomed.Characters).toEqual({ OriginalTextCharacters: Text.length });
});

test('DetectPHI finds what has a shape and nothing clinical', async () => {
  const { Entities } = await client.send(
    new DetectPHICommand({ Text: 'Mr. Alvarez, 67 years old, MRN 4471102, has fever; call 555-201-7788 or a@b.org.' }),
  );
  expect(Entities?.map(({ Type, Text }) => [Type, Text])).toEqual([
    ['NAME', 'Alvarez'],
    ['AGE', '67'],
    ['ID', '4471102'],
    ['PHONE_OR_FAX', '555-201-7788'],
    ['EMAIL', 'a@b.org'],
  ]);
});

test('a text over the limit in characters or in bytes, an empty one and a broken one are refused by name', async () => {
  await expect(client.send(new InferICD10CMCommand({ Text: 'a'.repeat(10_000) }))).resolves.toBeDefined();
  const refusal = (text: string) =>
    client.send(new InferICD10CMCommand({ Text: text })).then(
      () => 'taken',
      (error: Error) => error.name,
    );
  expect(await refusal('a'.repeat(10_001))).toBe('TextSizeLimitExceededException');
  expect(await refusal('é'.repeat(6000))).toBe('TextSizeLimitExceededException');
  expect(await refusal('')).toBe('InvalidRequestException');
  const body = '{"Text":"\\ud83e"}';
  const headers = {
    'x-amz-target': 'ComprehendMedical_20181030.DetectPHI',
    'content-type': 'application/x-amz-json-1.1',
  };
  const broken = await fetch(server.endpoint, { method: 'POST', headers, body });
  expect(await broken.json()).toMatchObject({ __type: 'InvalidEncodingException' });
  expect(broken.headers.get('x-tributary-stand-in')).toContain('not Amazon Comprehend Medical');
});

test('the 41st call in a second and the 40,001st character are throttled, until time passes', async () => {
  const call = (Text: string) =>
    client.send(new InferRxNormCommand({ Text })).then(
      () => 'taken',
      (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
        `${error.name} ${error.$metadata?.httpStatusCode}`,
    );
  for (let turn = 0; turn < 40; turn += 1) expect(await call('aspirin')).toBe('taken');
  expect(await call('aspirin')).toBe('TooManyRequestsException 429');
  await expect(client.send(new DetectPHICommand({ Text: 'x' }))).resolves.toBeDefined();
  nowMs += 1000;
  for (let turn = 0; turn < 4; turn += 1) expect(await call('a'.repeat(10_000))).toBe('taken');
  expect(await call('a')).toBe('TooManyRequestsException 429');
  nowMs += 100;
  expect(await call('a'.repeat(4000))).toBe('taken');
});

test('an operation that is not there says so', async () => {
  const headers = {
    'x-amz-target': 'ComprehendMedical_20181030.StartPHIDetectionJob',
    'content-type': 'application/x-amz-json-1.1',
  };
  const response = await fetch(server.endpoint, { method: 'POST', headers, body: '{}' });
  expect(await response.json()).toMatchObject({
    __type: 'UnknownOperationException',
    message: expect.stringContaining('not implemented'),
  });
});
