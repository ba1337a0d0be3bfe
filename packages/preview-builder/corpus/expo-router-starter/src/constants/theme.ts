import '@/global.css';

import { Platform } from 'react-native';

export const Colors = {
  light: { text: '#000000', background: '#ffffff', backgroundElement: '#F0F0F3' },
  dark: { text: '#ffffff', background: '#000000', backgroundElement: '#212225' },
} as const;

export const Fonts = Platform.select({
  ios: { mono: 'ui-monospace' },
  default: { mono: 'monospace' },
  web: { mono: 'var(--font-mono)' },
});

export const Spacing = { two: 8, three: 16, four: 24 } as const;
export const BottomTabInset = Platform.select({ ios: 50, android: 80 }) ?? 0;
