import { version } from 'expo/package.json';
import * as Device from 'expo-device';
import { Platform, StyleSheet, View } from 'react-native';
import { SafeAreaView } from 'react-native-safe-area-context';

import { SkyIcon } from '@/components/sky-icon';
import { ThemedText } from '@/components/themed-text';
import { Spacing } from '@/constants/theme';

export default function SkyScreen() {
  const where = Platform.OS === 'web' ? 'in a browser' : Device.isDevice ? 'on a phone' : 'in a simulator';
  return (
    <View style={styles.page}>
      <SafeAreaView style={styles.area}>
        <SkyIcon />
        <ThemedText type="title">Star charts</ThemedText>
        <ThemedText type="code">tonight, {where}</ThemedText>
        <ThemedText type="code">v{version}</ThemedText>
      </SafeAreaView>
    </View>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, flexDirection: 'row', justifyContent: 'center' },
  area: { flex: 1, alignItems: 'center', justifyContent: 'center', gap: Spacing.three },
});
