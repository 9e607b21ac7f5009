import { checkAssign, checkKeys, checkPlainField, checkTemplate, isObject, type Report } from './check-field.ts';
import { CATCHER_FIELDS, CHOICE_FIELDS, RETRIER_FIELDS } from './definition-fields.ts';
import type { Expressions } from './expressions.ts';

interface Scoped {
  readonly states: Record<string, unknown>;
  readonly outer: ReadonlySet<string>;
  readonly expressions: Expressions;
  readonly report: Report;
}

/** Numbers of a retrier with their least value (Amazon States Language, "errors"). */
const RETRIER_NUMBERS = { IntervalSeconds: 1, MaxAttempts: 0, BackoffRate: 1, MaxDelaySeconds: 1 };

export function checkRetriers(value: unknown, at: string, report: Report): void {
  eachPart(value, at, report, (retrier, here, last) => {
    checkKeys(retrier, RETRIER_FIELDS, here, report);
    checkErrorEquals(retrier['ErrorEquals'], `${here}/ErrorEquals`, last, report);
    for (const [name, least] of Object.entries(RETRIER_NUMBERS)) {
      const number = retrier[name];
      if (number === undefined) continue;
      const whole = name === 'BackoffRate' || Number.isInteger(number);
      if (typeof number !== 'number' || number < least || !whole)
        report(`${here}/${name}`, `must be a number from ${least}`);
    }
    if (!['FULL', 'NONE', undefined].includes(retrier['JitterStrategy'] as string))
      report(`${here}/JitterStrategy`, 'must be FULL or NONE');
  });
}

export function checkCatchers(value: unknown, at: string, { states, outer, expressions, report }: Scoped): void {
  eachPart(value, at, report, (catcher, here, last) => {
    checkKeys(catcher, CATCHER_FIELDS, here, report);
    checkErrorEquals(catcher['ErrorEquals'], `${here}/ErrorEquals`, last, report);
    checkTarget(catcher, here, states, outer, report);
    for (const name of ['Assign', 'Output'])
      checkTemplate(catcher[name], `${here}/${name}`, { result: false, errorOutput: true }, expressions, report);
  });
}

export function checkChoices(value: unknown, at: string, { states, outer, expressions, report }: Scoped): void {
  eachPart(value, at, report, (choice, here) => {
    checkKeys(choice, CHOICE_FIELDS, here, report);
    checkTarget(choice, here, states, outer, report);
    checkPlainField('condition', choice['Condition'], `${here}/Condition`, report);
    for (const name of ['Condition', 'Assign', 'Output']) {
      checkTemplate(choice[name], `${here}/${name}`, { result: false, errorOutput: false }, expressions, report);
    }
  });
}

export function checkReader(value: unknown, at: string, report: Report): void {
  if (value === undefined) return;
  if (!isObject(value)) {
    report(at, 'must be an object');
    return;
  }
  checkKeys(value, ['Resource', 'Arguments', 'ReaderConfig'], at, report);
  if (value['Resource'] !== 'arn:aws:states:::s3:getObject')
    report(`${at}/Resource`, 'only arn:aws:states:::s3:getObject is implemented');
  const config = isObject(value['ReaderConfig']) ? value['ReaderConfig'] : {};
  checkKeys(config, ['InputType', 'MaxItems'], `${at}/ReaderConfig`, report);
  if (!['JSONL', 'JSON'].includes(String(config['InputType'])))
    report(`${at}/ReaderConfig/InputType`, 'only JSONL and JSON are implemented');
  if (config['MaxItems'] !== undefined)
    checkPlainField('positive', config['MaxItems'], `${at}/ReaderConfig/MaxItems`, report);
}

export function checkWriter(value: unknown, at: string, report: Report): void {
  if (value === undefined) return;
  if (!isObject(value)) {
    report(at, 'must be an object');
    return;
  }
  checkKeys(value, ['Resource', 'Arguments', 'WriterConfig'], at, report);
  if (value['Resource'] !== 'arn:aws:states:::s3:putObject')
    report(`${at}/Resource`, 'only arn:aws:states:::s3:putObject is implemented');
  const config = isObject(value['WriterConfig']) ? value['WriterConfig'] : {};
  checkKeys(config, ['Transformation', 'OutputType'], `${at}/WriterConfig`, report);
  if (!['NONE', 'COMPACT', 'FLATTEN', undefined].includes(config['Transformation'] as string))
    report(`${at}/WriterConfig/Transformation`, 'is unknown');
  if (!['JSON', 'JSONL', undefined].includes(config['OutputType'] as string))
    report(`${at}/WriterConfig/OutputType`, 'is unknown');
}

function checkTarget(
  part: Record<string, unknown>,
  at: string,
  states: Record<string, unknown>,
  outer: ReadonlySet<string>,
  report: Report,
): void {
  if (!Object.hasOwn(states, String(part['Next']))) report(`${at}/Next`, 'names a state that does not exist');
  if (part['Assign'] !== undefined) checkAssign(part['Assign'], `${at}/Assign`, outer, report);
}

/** `States.ALL` stands alone, and in the last entry. */
function checkErrorEquals(value: unknown, at: string, last: boolean, report: Report): void {
  if (!Array.isArray(value) || value.length === 0 || value.some((name) => typeof name !== 'string')) {
    report(at, 'must be a list of error names');
    return;
  }
  if (value.includes('States.ALL') && (value.length > 1 || !last))
    report(at, 'States.ALL must stand alone and in the last entry');
}

function eachPart(
  value: unknown,
  at: string,
  report: Report,
  check: (part: Record<string, unknown>, at: string, last: boolean) => void,
): void {
  if (!Array.isArray(value)) {
    report(at, 'must be a list');
    return;
  }
  for (const [index, part] of value.entries()) {
    if (isObject(part)) check(part, `${at}/${index}`, index === value.length - 1);
    else report(`${at}/${index}`, 'must be an object');
  }
}
