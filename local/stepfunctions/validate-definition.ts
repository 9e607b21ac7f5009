import { createHash } from 'node:crypto';
import validateAsl from 'asl-validator';
import { checkDefinition, type DefinitionChecks } from './check-definition.ts';
import { type DefinitionFault, isObject } from './check-field.ts';
import { expressionText } from './expressions.ts';

/** Definition as text: 1 MB (Step Functions developer guide, "service-quotas"). */
const DEFINITION_BYTES = 1_048_576;

export type ValidateDefinition = (text: string) => readonly DefinitionFault[];

/**
 * Our own check with places, and behind it asl-validator as a second opinion that we did not write. It takes about
 * 70 ms, so verdicts are kept by the definition's hash.
 */
export function createValidation(checks: DefinitionChecks): ValidateDefinition {
  const verdicts = new Map<string, readonly DefinitionFault[]>();
  return (text) => {
    const hash = createHash('sha256').update(text).digest('base64');
    const known = verdicts.get(hash) ?? validate(text, checks);
    verdicts.set(hash, known);
    return known;
  };
}

function validate(text: string, checks: DefinitionChecks): DefinitionFault[] {
  if (Buffer.byteLength(text) > DEFINITION_BYTES)
    return [{ location: '/', message: 'the definition is larger than 1 MB' }];
  const definition = parse(text);
  if (definition === undefined) return [{ location: '/', message: 'the definition is not JSON' }];
  const faults = checkDefinition(definition, checks);
  if (faults.length > 0) return faults;
  const { errors } = validateAsl(withObjectOutputs(definition));
  return errors.map((error) => ({ location: '/', message: `asl-validator: ${error['Error code']}: ${error.Message}` }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A copy in which a literal `Output` that is no object is one: asl-validator 4.0.0 refuses those that AWS takes. */
function withObjectOutputs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withObjectOutputs);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, part]) => {
    const literal = key === 'Output' && !isObject(part) && expressionText(part) === undefined;
    return [key, literal ? {} : withObjectOutputs(part)];
  });
  return Object.fromEntries(entries);
}
