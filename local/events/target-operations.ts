import { ServiceError } from '../wire.ts';
import { busName, page, requireBus } from './bus-operations.ts';
import type { EventTargets } from './delivery.ts';
import type { RuleStore, Target } from './rule-store.ts';
import { checkTargetInput } from './target-input.ts';

type Input = Readonly<Record<string, unknown>>;

const MAX_TARGETS = 5;
const PARAMETERS = [
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'DeadLetterConfig',
  'RetryPolicy',
];

/** Operations on a rule's targets (EventBridge API reference). Roles are kept; nothing on this port checks them. */
export function targetOperations(rules: RuleStore, targets: EventTargets) {
  return {
    PutTargets(input: Input) {
      const rule = rules.rule(requireBus(rules, input['EventBusName']).name, String(input['Rule']));
      const given = (input['Targets'] ?? []) as Target[];
      if (given.length < 1) throw new ServiceError('ValidationException', 'Targets must have at least one entry.');
      for (const target of given) checkTarget(target, targets);
      const ids = new Set([...rules.targets(rule.bus, rule.name), ...given].map((target) => target.Id));
      if (ids.size > MAX_TARGETS)
        throw new ServiceError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
      for (const target of given) rules.putTarget(rule.bus, rule.name, target);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule(input: Input) {
      const rule = rules.rule(requireBus(rules, input['EventBusName']).name, String(input['Rule']));
      const { items, ...more } = page(input, rules.targets(rule.bus, rule.name), (target) => target.Id);
      return { Targets: items, ...more };
    },
    RemoveTargets(input: Input) {
      const rule = rules.rule(busName(input['EventBusName']), String(input['Rule']));
      const missing = ((input['Ids'] ?? []) as string[]).filter((id) => !rules.removeTarget(rule.bus, rule.name, id));
      const FailedEntries = missing.map((TargetId) => ({
        TargetId,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: 'The rule has no such target.',
      }));
      return { FailedEntryCount: FailedEntries.length, FailedEntries };
    },
  };
}

function checkTarget(target: Target, targets: EventTargets): void {
  const refuse = (reason: string): ServiceError =>
    new ServiceError('ValidationException', `A target is not valid. Reason: ${reason}`);
  const other = Object.keys(target).find((name) => !PARAMETERS.includes(name));
  if (other !== undefined) throw refuse(`${other} is not implemented by the embedded cloud.`);
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(target.Id ?? ''))
    throw refuse('Id must match [A-Za-z0-9._-] and have 1 to 64 characters.');
  const service = /^arn:aws:(sqs|lambda|states):[a-z0-9-]+:\d{12}:./.exec(target.Arn ?? '')?.[1];
  const isServed =
    service === 'sqs' || (service === 'lambda' && targets.lambda) || (service === 'states' && targets.stateMachine);
  if (!isServed) throw refuse('targets of this kind are not implemented by the embedded cloud.');
  const deadLetters = target.DeadLetterConfig?.Arn;
  if (deadLetters !== undefined && !deadLetters.startsWith('arn:aws:sqs:'))
    throw refuse('a dead-letter queue must be an SQS queue.');
  checkRetryPolicy(target, refuse);
  checkTargetInput(target);
}

function checkRetryPolicy(target: Target, refuse: (reason: string) => ServiceError): void {
  const { MaximumRetryAttempts = 185, MaximumEventAgeInSeconds = 86_400 } = target.RetryPolicy ?? {};
  const isWithin = (value: number, low: number, high: number): boolean =>
    Number.isInteger(value) && value >= low && value <= high;
  if (!isWithin(MaximumRetryAttempts, 0, 185)) throw refuse('MaximumRetryAttempts must be from 0 to 185.');
  if (!isWithin(MaximumEventAgeInSeconds, 60, 86_400))
    throw refuse('MaximumEventAgeInSeconds must be from 60 to 86400.');
}
