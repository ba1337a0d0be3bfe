import { Image } from 'expo-image';
import { StyleSheet, View } from 'react-native';
import Animated, { Easing, Keyframe } from 'react-native-reanimated';

import classes from './sky-icon.module.css';

export function Curtain() {
  return null;
}

const grow = new Keyframe({
  0: { transform: [{ scale: 0 }] },
  60: { transform: [{ scale: 1.2 }], easing: Easing.elastic(1.2) },
  100: { transform: [{ scale: 1 }], easing: Easing.elastic(1.2) },
});

export function SkyIcon() {
  return (
    <View>
      <Animated.View entering={grow.duration(300)}>
        <div className={classes.sky}>
          <Image style={styles.icon} source={require('@/assets/images/star.png')} />
        </div>
      </Animated.View>
    </View>
  );
}

const styles = StyleSheet.create({ icon: { width: 64, height: 64 } });
