import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activeDatastore, discard, importLines, type Laptop, openLaptop } from './laptop.ts';

let laptop: Laptop;
let base: string;

interface Bundle {
  readonly resourceType: string;
  readonly total?: number;
  readonly link: readonly { readonly relation: string; readonly url: string }[];
  readonly entry: readonly { readonly resource: { readonly id: string } }[];
}

const observation = (id: string, patient: string, code: string, more: object) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code }] },
  subject: { reference: `Patient/${patient}` },
  ...more,
});

const resources = [
  {
    resourceType: 'Patient',
    id: 'ann',
    identifier: [{ system: 'urn:mrn', value: 'A|1' }],
    name: [{ family: 'Núñez', given: ['Ann', 'Maria'] }],
    birthDate: '1980-02-29',
    gender: 'female',
  },
  {
    resourceType: 'Patient',
    id: 'bob',
    identifier: [{ value: '77' }],
    name: [{ family: 'Nunn' }],
    birthDate: '1981',
    gender: 'male',
  },
  {
    resourceType: 'Encounter',
    id: 'e1',
    status: 'finished',
    class: { code: 'IMP' },
    subject: { reference: 'Patient/ann' },
    period: { start: '2024-03-01T10:00:00Z', end: '2024-03-03T10:00:00Z' },
  },
  observation('o1', 'ann', '718-7', {
    effectiveDateTime: '2024-03-02T08:00:00+01:00',
    encounter: { reference: 'Encounter/e1' },
  }),
  observation('o2', 'ann', '2823-3', { effectiveDateTime: '2024-03-02' }),
  observation('o3', 'bob', '718-7', { effectiveDateTime: '2024-04', status: 'preliminary' }),
  {
    resourceType: 'AllergyIntolerance',
    id: 'a1',
    patient: { reference: 'Patient/bob' },
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
    },
    code: { coding: [{ system: 'urn:s', code: 'nuts' }] },
  },
];

beforeAll(async () => {
  laptop = await openLaptop();
  const datastore = await activeDatastore(laptop);
  base = `${laptop.endpoint}/datastore/${datastore}/r4`;
  const job = await importLines(laptop, datastore, 'seed', resources);
  expect(job.JobStatus).toBe('COMPLETED');
});

afterAll(async () => {
  await laptop.stop();
  discard(laptop.directory);
});

async function ids(path: string): Promise<string[]> {
  const response = await fetch(`${base}/${path}`);
  expect([path, response.status]).toEqual([path, 200]);
  return ((await response.json()) as Bundle).entry.map(({ resource }) => resource.id);
}

test.each([
  ['Patient?identifier=urn:mrn%7CA%5C%7C1', ['ann']],
  ['Patient?identifier=77', ['bob']],
  ['Patient?identifier=%7C77', ['bob']],
  ['Patient?identifier=urn:other%7C77', []],
  ['Patient?_id=ann,bob', ['ann', 'bob']],
  ['Patient?family=N%C3%BA%C3%B1', ['ann']],
  ['Patient?name=Maria', ['ann']],
  ['Patient?name=maria', []],
  ['Patient?gender=male&birthdate=1981', ['bob']],
  ['Patient?birthdate=lt1981', ['ann']],
  ['Observation?code=http://loinc.org%7C718-7', ['o1', 'o3']],
  ['Observation?code=http://loinc.org%7C', ['o1', 'o2', 'o3']],
  ['Observation?patient=ann', ['o1', 'o2']],
  ['Observation?subject=Patient/ann&code=718-7', ['o1']],
  ['Observation?encounter=Encounter/e1', ['o1']],
  ['Observation?status=preliminary', ['o3']],
  ['Observation?date=2024-03-02', ['o1', 'o2']],
  ['Observation?date=ge2024-03-02T07:00:00Z&date=lt2024-04-01', ['o1', 'o2']],
  ['Observation?date=gt2024-03-31', ['o3']],
  ['Observation?date=le2024-03-02T07:00:00Z', ['o1', 'o2']],
  ['Encounter?date=2024-03&patient=Patient/ann', ['e1']],
  ['AllergyIntolerance?patient=bob&code=nuts', ['a1']],
  ['Patient?_lastUpdated=lt2000-01-01', []],
])('search %s', async (path, expected) => {
  expect(await ids(path)).toEqual(expected);
});

test('POST _search takes its parameters from the form', async () => {
  const body = new URLSearchParams({ identifier: '77' });
  const bundle = (await (await fetch(`${base}/Patient/_search`, { method: 'POST', body })).json()) as Bundle;
  expect(bundle.entry.map(({ resource }) => resource.id)).toEqual(['bob']);
});

test('pages hang together by their next links, and the total is counted when asked for', async () => {
  const seen: string[] = [];
  let url: string | undefined = `${base}/Observation?_count=2&_total=accurate`;
  while (url) {
    const page = (await (await fetch(url)).json()) as Bundle;
    expect(page.total).toBe(3);
    seen.push(...page.entry.map(({ resource }) => resource.id));
    url = page.link.find(({ relation }) => relation === 'next')?.url;
  }
  expect(seen).toEqual(['o1', 'o2', 'o3']);
  const plain = (await (await fetch(`${base}/Observation`)).json()) as Bundle;
  expect(plain.total).toBeUndefined();
});

describe('what is not supported says so', () => {
  test.each([
    ['GET', 'Observation?shoe-size=43', 400, "'shoe-size'"],
    ['GET', 'Patient?name:exact=Ann', 400, "'name:exact'"],
    ['GET', 'Patient?_sort=name', 400, "'_sort'"],
    ['GET', 'Patient?_count=101', 400, "'_count'"],
    ['GET', 'Patient?_total=estimate', 400, "'_total'"],
    ['GET', 'Observation?date=yesterday', 400, "'date'"],
    ['GET', 'Observation?date=sa2024', 400, "prefix 'sa'"],
    ['GET', 'Observation?code=', 400, "'code'"],
    ['GET', 'Observation?page=zzz', 400, "'page'"],
    ['GET', 'Patient/nobody', 404, 'not found'],
    ['GET', 'patient/ann', 404, 'resource type'],
    ['GET', 'Patient/ann/_history', 501, 'not implemented'],
    ['POST', 'Patient/$validate', 501, 'not implemented'],
    ['PUT', 'Patient/ann', 501, 'PUT'],
    ['DELETE', 'Patient/ann', 501, 'DELETE'],
  ])('%s %s answers %i', async (method, path, status, named) => {
    const response = await fetch(`${base}/${path}`, { method });
    expect(response.status).toBe(status);
    const outcome = (await response.json()) as { resourceType: string; issue: { diagnostics: string }[] };
    expect(outcome.resourceType).toBe('OperationOutcome');
    expect(outcome.issue[0]?.diagnostics).toContain(named);
  });
});

test('a read carries its version, the capability statement lists what is searched', async () => {
  const read = await fetch(`${base}/Patient/ann`);
  expect(read.headers.get('etag')).toBe('W/"1"');
  expect(read.headers.get('content-type')).toBe('application/fhir+json');
  const statement = (await (await fetch(`${base}/metadata`)).json()) as {
    rest: { resource: { type: string; searchParam: { name: string }[] }[] }[];
  };
  const patient = statement.rest[0]?.resource.find(({ type }) => type === 'Patient');
  expect(patient?.searchParam.map(({ name }) => name)).toContain('identifier');
  const other = await fetch(`${laptop.endpoint}/datastore/${'0'.repeat(32)}/r4/Patient/ann`);
  expect(other.status).toBe(404);
});
