// Components that an app runs in a web view: in a page there is no other side to speak with.
export const IS_DOM = false;
export const isDOM = false;
export function useDOMImperativeHandle(): void {}
export const addGlobalDomEventListener = () => () => undefined;
export const addDomEventListener = () => () => undefined;
export const dispatchDomEvent = (): void => undefined;
