import { usePathname } from 'expo-router';
import { ScrollView, StyleSheet } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';

import { ExternalLink } from '@/components/external-link';
import { ThemedText } from '@/components/themed-text';
import { Collapsible } from '@/components/ui/collapsible';
import { BottomTabInset, Spacing } from '@/constants/theme';

export default function GuideScreen() {
  const insets = useSafeAreaInsets();
  return (
    <ScrollView contentContainerStyle={[styles.content, { paddingBottom: insets.bottom + BottomTabInset }]}>
      <ThemedText type="title">Guide</ThemedText>
      <ThemedText>You are at {usePathname()}</ThemedText>
      <Collapsible title="How to look">
        <ThemedText>Wait ten minutes in the dark.</ThemedText>
        <ExternalLink href="https://docs.expo.dev">
          <ThemedText type="link">Learn more</ThemedText>
        </ExternalLink>
      </Collapsible>
    </ScrollView>
  );
}

const styles = StyleSheet.create({ content: { padding: Spacing.four, paddingTop: 96, gap: Spacing.three } });
