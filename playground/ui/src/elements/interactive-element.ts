import type { ActionsBlockElement, ContextActionsBlockElement, InputBlockElement } from '@slack/types';

/** Whatever a person can press, choose or fill in. */
export type InteractiveElement = ActionsBlockElement | ContextActionsBlockElement | InputBlockElement;
