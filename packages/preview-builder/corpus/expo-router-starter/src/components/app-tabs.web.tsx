import { TabList, type TabListProps, TabSlot, TabTrigger, type TabTriggerSlotProps, Tabs } from 'expo-router/ui';
import { Pressable, StyleSheet, View } from 'react-native';

import { ThemedText } from './themed-text';

import { Spacing } from '@/constants/theme';

export default function AppTabs() {
  return (
    <Tabs>
      <TabSlot style={{ height: '100%' }} />
      <TabList asChild>
        <Bar>
          <TabTrigger name="sky" href="/" asChild>
            <TabButton>Sky</TabButton>
          </TabTrigger>
          <TabTrigger name="guide" href="/guide" asChild>
            <TabButton>Guide</TabButton>
          </TabTrigger>
        </Bar>
      </TabList>
    </Tabs>
  );
}

function TabButton({ children, isFocused, ...props }: TabTriggerSlotProps) {
  return (
    <Pressable {...props} style={({ pressed }) => pressed && { opacity: 0.7 }}>
      <ThemedText type={isFocused ? 'code' : 'link'}>{children}</ThemedText>
    </Pressable>
  );
}

function Bar(props: TabListProps) {
  return (
    <View {...props} style={styles.bar}>
      {props.children}
    </View>
  );
}

const styles = StyleSheet.create({
  bar: { position: 'absolute', width: '100%', padding: Spacing.four, flexDirection: 'row', gap: Spacing.four },
});
