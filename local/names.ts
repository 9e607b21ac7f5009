import { ACCOUNT, REGION } from './service.ts';

export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
export const functionName = (name: string): string => `tributary-${name}`;
export const functionArn = (name: string): string =>
  `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionName(name)}`;
export const stateMachineArnPrefix = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:`;
export const machineArn = (name: string): string => `${stateMachineArnPrefix}tributary-${name}`;
