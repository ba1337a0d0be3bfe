import { Image } from 'expo-image';
import * as SplashScreen from 'expo-splash-screen';
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';
import Animated, { Easing, Keyframe } from 'react-native-reanimated';
import { scheduleOnRN } from 'react-native-worklets';

const lift = new Keyframe({
  0: { opacity: 1, transform: [{ translateY: 0 }] },
  100: { opacity: 0, transform: [{ translateY: -40 }], easing: Easing.elastic(0.7) },
});

/** What covers the app until it is there, and then goes away. */
export function Curtain() {
  const [isUp, setUp] = useState(false);
  const [isThere, setThere] = useState(true);
  if (!isThere) return null;
  if (!isUp)
    return <View style={styles.curtain} onLayout={() => SplashScreen.hideAsync().finally(() => setUp(true))} />;
  return (
    <Animated.View
      style={styles.curtain}
      entering={lift.duration(300).withCallback((finished) => {
        'worklet';
        if (finished) scheduleOnRN(setThere, false);
      })}
    />
  );
}

const turn = new Keyframe({ 0: { transform: [{ rotateZ: '0deg' }] }, 100: { transform: [{ rotateZ: '360deg' }] } });

export function SkyIcon() {
  return (
    <Animated.View entering={turn.duration(1000)}>
      <Image style={styles.icon} source={require('@/assets/images/star.png')} />
    </Animated.View>
  );
}

const styles = StyleSheet.create({
  icon: { width: 96, height: 96 },
  curtain: { ...StyleSheet.absoluteFillObject, backgroundColor: '#0b1d3a', zIndex: 1000 },
});
