// Nothing to feel in a browser: everything is accepted.
const nothing = async (): Promise<void> => undefined;
export const impactAsync = nothing;
export const notificationAsync = nothing;
export const selectionAsync = nothing;
export const performAndroidHapticsAsync = nothing;
export const ImpactFeedbackStyle = { Light: "light", Medium: "medium", Heavy: "heavy", Soft: "soft", Rigid: "rigid" };
export const NotificationFeedbackType = { Success: "success", Warning: "warning", Error: "error" };
export const AndroidHaptics = {};
