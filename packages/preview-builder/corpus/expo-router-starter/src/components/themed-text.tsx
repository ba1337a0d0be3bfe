import { Platform, StyleSheet, Text, type TextProps } from 'react-native';

import { Fonts } from '@/constants/theme';
import { useTheme } from '@/hooks/use-theme';

type Props = TextProps & { type?: 'default' | 'title' | 'link' | 'code' };

export function ThemedText({ style, type = 'default', ...rest }: Props) {
  const theme = useTheme();
  return <Text style={[{ color: theme.text }, styles[type], style]} {...rest} />;
}

const styles = StyleSheet.create({
  default: { fontSize: 16, lineHeight: 24, fontWeight: 500 },
  title: { fontSize: 48, fontWeight: 600, lineHeight: 52 },
  link: { lineHeight: 30, fontSize: 14 },
  code: { fontFamily: Fonts?.mono, fontWeight: Platform.select({ android: 700 }) ?? 500, fontSize: 12 },
});
