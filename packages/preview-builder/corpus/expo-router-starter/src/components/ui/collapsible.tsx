import { SymbolView } from 'expo-symbols';
import { type PropsWithChildren, useState } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import Animated, { FadeIn } from 'react-native-reanimated';

import { ThemedText } from '@/components/themed-text';
import { useTheme } from '@/hooks/use-theme';

export function Collapsible({ children, title }: PropsWithChildren & { title: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const theme = useTheme();
  return (
    <View>
      <Pressable style={styles.heading} onPress={() => setIsOpen((value) => !value)}>
        <SymbolView
          name={{ ios: 'chevron.right', android: 'chevron_right', web: 'chevron_right' }}
          size={14}
          weight="bold"
          tintColor={theme.text}
          style={{ transform: [{ rotate: isOpen ? '-90deg' : '90deg' }] }}
        />
        <ThemedText>{title}</ThemedText>
      </Pressable>
      {isOpen && <Animated.View entering={FadeIn.duration(200)}>{children}</Animated.View>}
    </View>
  );
}

const styles = StyleSheet.create({ heading: { flexDirection: 'row', alignItems: 'center', gap: 8 } });
